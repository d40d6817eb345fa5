public import DashModel

/// Deletes records whose time is over, and those of pipelines that are gone.
public protocol RecordSweeper: Sendable {
    /// Deletes a bounded number of expired rows; returns how many. Call again until it returns 0.
    func deleteExpired(now: Timestamp, limit: Int) async throws -> Int
}
