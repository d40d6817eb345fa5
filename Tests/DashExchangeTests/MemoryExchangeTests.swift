import DashExchange
import DashModel
import FoundationEssentials
import TestSupport
import Testing

@Suite struct MemoryExchangeTests {
    @Test func cacheKeepsItsContract() async throws {
        try await CacheContract(cache: MemoryCache()).run()
    }

    @Test func pubsubKeepsItsContract() async throws {
        try await PubSubContract(pubsub: MemoryPubSub()).run()
    }

    @Test func leaseKeepsItsContract() async throws {
        let clock = ManualClock()
        try await LeaseContract(lease: MemoryLease(clock: clock)) { clock.advance(by: $0) }.run()
    }

    @Test func cacheKeepsOnlyTheBytesItNeeds() async throws {
        let cache = MemoryCache()
        let pipeline = UUID()
        try await cache.append(CacheContract.batch(pipeline, firstID: 1_000, count: 10_000))
        #expect(cache.byteCount < 100 * 20)
        try await cache.append(CacheContract.batch(pipeline, firstID: 20_000, count: 99))
        #expect(cache.byteCount < 100 * 20)
    }

    @Test func cacheEvictsTheQuietestPipeline() async throws {
        let cache = MemoryCache(byteLimit: 3_000, shards: 1)
        let pipelines = (0..<5).map { _ in UUID() }
        for pipeline in pipelines {
            try await cache.append(CacheContract.batch(pipeline, firstID: 1_000, count: 100))
        }
        #expect(cache.byteCount <= 3_000)
        #expect(try await cache.latest(of: pipelines[0], limit: 100) == nil)
        #expect(try await cache.latest(of: pipelines[4], limit: 100)?.count == 100)
    }

    @Test func endedSubscriptionsAreForgotten() async throws {
        let pubsub = MemoryPubSub()
        do {
            let subscription = pubsub.subscribe(to: [.resources], buffering: 1)
            try await pubsub.publish(PubSubContract.event(1), to: .resources)
            var iterator = subscription.makeAsyncIterator()
            #expect(PubSubContract.number(await iterator.next()) == 1)
            #expect(pubsub.subscriberCount == 1)
        }
        #expect(pubsub.subscriberCount == 0)
    }

    @Test func subscribersAreToldOfALossElsewhere() async throws {
        let pubsub = MemoryPubSub()
        var iterator = pubsub.subscribe(to: [.resources], buffering: 4).makeAsyncIterator()
        try await pubsub.publish(PubSubContract.event(1), to: .resources)
        pubsub.lose(.resources)
        #expect(await iterator.next() == .lagged)
        #expect(PubSubContract.number(await iterator.next()) == 1)
    }
}
