public import DashModel

/// The database that a copy reads from. Nobody writes to it meanwhile.
public protocol TableSource: TableReader {
    /// What tells this installation from any other, so that a copy goes on only from where it began.
    func identity() async throws -> String

    /// The rows behind a key, in the key's order: at most `limit`, and no more once `bytes` are reached.
    func page(_ step: CopyStep, after key: [SQLValue]?, limit: Int, bytes: Int) async throws -> [SQLRow]

    /// The id that the next record would get.
    func nextRecordID() async throws -> Int64

    /// The days, UTC, that have records.
    func recordDays() async throws -> [Timestamp]
}
