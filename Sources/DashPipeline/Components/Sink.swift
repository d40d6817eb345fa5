public import DashStorage

/// Sends records to one place. One value per lane, kept while its config stands.
public protocol Sink: Sendable {
    /// Returns when the receiver has the whole delivery. Throws `DashError`: `.unavailable` and `.rateLimited` are tried
    /// again, the rest is a dead letter.
    func send(_ delivery: Delivery) async throws
}
