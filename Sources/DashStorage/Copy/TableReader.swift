/// A database whose tables a copy reads: to count them, and to add up what is in them.
public protocol TableReader: Sendable {
    /// Every table that belongs to the installation, but for what the engine keeps only for itself.
    func tables() async throws -> [CopyTable]

    func rowCount(of table: String) async throws -> Int

    /// Hands over every row in one snapshot, in any order, some at a time.
    func scan(_ step: CopyStep, _ body: @escaping @Sendable ([SQLRow]) throws -> Void) async throws
}

extension TableReader {
    /// The rows of a table added up, however the engine orders them.
    public func sum(_ step: CopyStep) async throws -> TableSum {
        let tally = TableTally()
        try await scan(step) { rows in
            var part = TableSum()
            for row in rows { part.add(try step.row(row)) }
            tally.add(part)
        }
        return tally.sum
    }
}
