/// Messages by channel, to every subscriber at that moment, in the order they were published on one node.
public protocol PubSub: Sendable {
    func publish(_ event: ExchangeEvent, to channel: Channel) async throws

    /// The channel's events from now on. A subscriber that falls more than `buffering` events behind loses the oldest;
    /// the first event after a loss is `.lagged`.
    func subscribe(to channels: Set<Channel>, buffering: Int) -> Subscription
}
