public import DashModel

/// The database that a copy writes to. It keeps how far the copy is, in the transactions that bring the rows.
public protocol TableTarget: TableReader {
    /// Begins a copy or goes on with one: how far each table is, by name. Throws when there is data of another origin.
    func beginCopy(of identity: String, _ steps: [CopyStep]) async throws -> [String: CopyPosition]

    /// Makes room for the records of these days, where tables are divided by time.
    func prepareRecords(_ days: [Timestamp]) async throws

    /// Adds rows and moves the table's position in one transaction. Throws when another copy moved it meanwhile.
    func append(
        _ rows: [SQLRow],
        to step: CopyStep,
        from old: CopyPosition?,
        position: CopyPosition
    ) async throws

    /// New records get ids from here on.
    func continueRecordIDs(at next: Int64) async throws

    /// Ends the copy: the database may be served from now on.
    func endCopy() async throws
}
