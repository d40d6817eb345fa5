public import DashStorage

/// Sends records to one place. One value per lane, made when the lane has something to send and kept while its config
/// stands; used for one delivery or batch at a time.
public protocol Sink: Sendable {
    /// Returns when the receiver has the whole delivery. Throws `DashError`: `.unavailable` and `.rateLimited` are tried
    /// again, the rest is a dead letter.
    func send(_ delivery: Delivery) async throws

    /// As `send`, for neighbouring deliveries of a lane, oldest first. After a failure all of them are sent again. Only
    /// kinds that declare a batching get more than one.
    func send(_ deliveries: [Delivery]) async throws

    /// Tries whether the receiver can be reached with this config, without sending it a record. Throws `DashError`,
    /// whose message says what to change.
    func test(for origin: EgressOrigin) async throws

    /// Ends connections; the sink is not used again.
    func close() async
}

extension Sink {
    public func send(_ deliveries: [Delivery]) async throws {
        for delivery in deliveries { try await send(delivery) }
    }

    public func test(for origin: EgressOrigin) async throws {}
    public func close() async {}
}
