public import DashModel
public import FoundationEssentials

extension SQLResourceStore {
    public func reseal(_ resource: Resource, after id: UUID?, limit: Int) async throws -> ResealedRows {
        let table = try table(of: resource)
        let sealed = table.columns.filter(\.isSealed)
        guard !sealed.isEmpty else { return ResealedRows() }
        let names = sealed.map { SQLStatement.identifier($0.name) }.joined(by: ", ")
        let statement: SQLStatement = """
            SELECT id, \(names) FROM \(identifier: resource.name) WHERE id > \(id ?? UUID.first) ORDER BY id LIMIT \(limit)
            """
        return try await database.write { connection in
            var result = ResealedRows()
            for row in try connection.fetch(statement) {
                guard let id = row.uuid(0) else { continue }
                result.last = id
                for (index, column) in sealed.enumerated() where !row.isNull(index + 1) {
                    let old = codec.dialect.sealedText(row, index + 1) ?? ""
                    do {
                        guard try codec.sealer.needsResealing(old) else {
                            _ = try codec.sealer.open(old)
                            result.current += 1
                            continue
                        }
                        let new = codec.dialect.sealed(try codec.sealer.seal(codec.sealer.open(old)))
                        // Whoever saved the row in between has sealed it with the newest key.
                        try connection.execute(
                            """
                            UPDATE \(identifier: resource.name) SET \(identifier: column.name) = \(new) \
                            WHERE id = \(id) AND \(identifier: column.name) = \(codec.dialect.sealed(old))
                            """
                        )
                        result.resealed += 1
                    } catch let error as DashError where error.code == .internal {
                        result.unreadable[id] = error.message
                    }
                }
            }
            return result
        }
    }
}

extension UUID {
    /// Before every other.
    fileprivate static let first = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
}
