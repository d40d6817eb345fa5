public import DashExchange
import DashModel
import FoundationEssentials
import Testing

/// What every `PubSub` must do.
public struct PubSubContract {
    private let pubsub: any PubSub

    public init(pubsub: any PubSub) { self.pubsub = pubsub }

    public static func event(_ number: Int64) -> ExchangeEvent {
        .committed(CacheContract.batch(UUID(), firstID: number, count: 1))
    }

    public static func number(_ element: Subscription.Element?) -> Int64? {
        guard case .event(.committed(let batch)) = element else { return nil }
        return batch.firstID
    }

    public func run() async throws {
        try await deliversInOrderToEverySubscriber()
        try await slowSubscriberLosesTheOldestAndIsTold()
        try await onlyTheNamedChannels()
        await cancellationEndsTheStream()
    }

    private func deliversInOrderToEverySubscriber() async throws {
        let channel = Channel.pipeline(UUID())
        let subscriptions = (0..<3).map { _ in pubsub.subscribe(to: [channel], buffering: 100) }
        for number in 1...50 { try await pubsub.publish(Self.event(Int64(number)), to: channel) }
        for subscription in subscriptions {
            var iterator = subscription.makeAsyncIterator()
            for number in 1...50 { #expect(Self.number(await iterator.next()) == Int64(number)) }
        }
    }

    private func slowSubscriberLosesTheOldestAndIsTold() async throws {
        let channel = Channel.pipeline(UUID())
        var iterator = pubsub.subscribe(to: [channel], buffering: 4).makeAsyncIterator()
        for number in 1...10 { try await pubsub.publish(Self.event(Int64(number)), to: channel) }
        #expect(await iterator.next() == .lagged)
        for number in 7...10 { #expect(Self.number(await iterator.next()) == Int64(number)) }
        try await pubsub.publish(Self.event(11), to: channel)
        #expect(Self.number(await iterator.next()) == 11)
    }

    private func onlyTheNamedChannels() async throws {
        let (one, two, three) = (Channel.pipeline(UUID()), Channel.pipeline(UUID()), Channel.pipeline(UUID()))
        var iterator = pubsub.subscribe(to: [one, two], buffering: 10).makeAsyncIterator()
        try await pubsub.publish(Self.event(3), to: three)
        try await pubsub.publish(Self.event(1), to: one)
        try await pubsub.publish(Self.event(2), to: two)
        #expect(Self.number(await iterator.next()) == 1)
        #expect(Self.number(await iterator.next()) == 2)
    }

    private func cancellationEndsTheStream() async {
        let subscription = pubsub.subscribe(to: [.resources], buffering: 1)
        await withTaskGroup { group in
            group.addTask { for await _ in subscription {} }
            group.cancelAll()
        }
    }
}
