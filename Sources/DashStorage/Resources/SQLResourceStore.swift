import DashJSON
public import DashModel
public import FoundationEssentials

/// Rows of the declared resources over any SQL database; its statements come from the declarations.
public struct SQLResourceStore: ResourceStore {
    let database: any SQLDatabase
    let clock: any WallClock
    let codec: RowCodec
    let filter: ScopeFilter
    let tables: [String: ResourceTable]
    let jobs: @Sendable (NewJob, Timestamp, any SQLConnection) throws -> UUID?

    /// `jobs` inserts a job on the connection it is given: the engine's own way.
    public init(
        database: any SQLDatabase,
        sealer: any ConfigSealer,
        clock: any WallClock,
        resources: [Resource] = Resources.all,
        jobs: @escaping @Sendable (NewJob, Timestamp, any SQLConnection) throws -> UUID?
    ) {
        self.database = database
        self.clock = clock
        self.jobs = jobs
        codec = RowCodec(sealer: sealer, dialect: database.dialect)
        let byName = Dictionary(resources.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        filter = ScopeFilter(resources: byName)
        tables = byName.mapValues { ResourceTable($0, resources: byName) }
    }

    public func fetch(_ resource: Resource, id: UUID, in scope: AccessScope) async throws -> ResourceRow? {
        let table = try table(of: resource)
        return try await database.read { try fetch(table, id: id, in: scope, on: $0) }
    }

    public func list(_ resource: Resource, _ query: ResourceQuery, in scope: AccessScope) async throws -> ResourcePage {
        let table = try table(of: resource)
        let pages = try KeysetPages(table, query, database.dialect)
        let held = filter.condition(table.resource, in: scope)
        let statement = pages.statement(held: held)
        return try await database.read { connection in
            pages.page(of: try connection.fetch(statement).map { try decode($0, table) })
        }
    }

    public func count(_ resource: Resource, upTo limit: Int, in scope: AccessScope) async throws -> Int {
        let table = try table(of: resource)
        let held = filter.condition(table.resource, in: scope)
        let rows: SQLStatement = "SELECT 1 FROM \(identifier: table.resource.name) WHERE \(held) LIMIT \(limit)"
        return try await database.read { connection in
            Int(try connection.fetchOne("SELECT count(*) FROM (\(rows)) AS counted")?.int(0) ?? 0)
        }
    }

    @discardableResult
    public func apply(_ changes: [ResourceChange], in scope: AccessScope) async throws -> [ResourceRow] {
        guard !changes.isEmpty else { return [] }
        let now = clock.now
        return try await database.write { connection in
            let writer = ResourceWriter(store: self, scope: scope, now: now, connection: connection)
            return try changes.flatMap { try writer.apply($0) }
        }
    }

    func table(of resource: Resource) throws(DashError) -> ResourceTable {
        guard let table = tables[resource.name] else {
            throw DashError(.internal, "There is no table for \(resource.name).")
        }
        return table
    }

    func fetch(
        _ table: ResourceTable,
        id: UUID,
        in scope: AccessScope,
        on connection: any SQLConnection
    ) throws -> ResourceRow? {
        let held = filter.condition(table.resource, in: scope)
        return try connection.fetchOne("\(table.selection) WHERE id = \(id) AND \(held)").map { try decode($0, table) }
    }

    func decode(_ row: SQLRow, _ table: ResourceTable) throws -> ResourceRow {
        guard let id = row.uuid(0) else { throw DashError(.internal, "A row of \(table.resource.name) has no id.") }
        var result = ResourceRow(id: id, values: [:])
        result.values.reserveCapacity(table.columns.count)
        for (index, column) in table.columns.enumerated() where index > 0 {
            do {
                result.values[column.name] = try codec.decode(row, index, column)
            } catch let error as DashError where column.isSealed {
                result.values[column.name] = .null
                result.unreadable[column.name] = error.message
            }
        }
        if !result.unreadable.isEmpty { Self.markBroken(&result, table) }
        return result
    }

    /// A config that can't be opened makes its own row a broken one, which says why, and no other.
    private static func markBroken(_ row: inout ResourceRow, _ table: ResourceTable) {
        guard table.byName["error_message"] != nil else { return }
        let reason = row.unreadable.values.sorted().joined(separator: " ")
        row.values["error_message"] = .string(
            reason + " Put the key into DASH_SECRET_KEYS again, or enter the config anew."
        )
        guard case .enumeration(let states) = table.byName["status"]?.type, row.string("status") == "active",
            let broken = ["error", "failing"].first(where: states.contains)
        else { return }
        row.values["status"] = .string(broken)
    }
}
