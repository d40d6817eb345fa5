import DashExchange
import DashModel
import DashStorage
import FoundationEssentials
import Logging
import TestSupport
import Testing

@testable import DashPostgres

@Suite(
    "PostgreSQL: what nodes share",
    .closingStores,
    .timeLimit(.minutes(10)),
    .enabled(if: TestServer.postgres != nil)
)
struct PostgresExchangeTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func database() async throws -> (url: String, engine: PostgresEngine) {
        let server = try #require(TestServer.postgres)
        let url = try await server.emptyDatabase()
        let engine = try await server.open(url: url)
        try await engine.migrate()
        return (url, engine)
    }

    @Test func leaseKeepsItsContract() async throws {
        let (url, engine) = try await database()
        let contract = LeaseContract(lease: PostgresLease(engine: engine)) { duration in
            // The server's clock goes its own way, so the leases are moved instead.
            try await Administration.run(
                "UPDATE leases SET expires_at = expires_at - interval '\(duration.components.seconds) seconds'",
                on: url
            )
        }
        try await contract.run()
    }

    @Test func tokensRiseOverTheirNamesDeletion() async throws {
        let (url, engine) = try await database()
        let lease = PostgresLease(engine: engine)
        let first = try #require(try await lease.acquire("lane", holder: "a", for: .seconds(10)))
        try await lease.release("lane", holder: "a")
        let second = try #require(try await lease.acquire("lane", holder: "a", for: .seconds(10)))
        #expect(second > first)
        try await Administration.run("UPDATE leases SET expires_at = now() - interval '2 days'", on: url)
        #expect(try await lease.prune() == 1)
        #expect(try #require(try await lease.acquire("lane", holder: "b", for: .seconds(10))) > second)
    }

    @Test func onlyOneOfManyGetsALease() async throws {
        let lease = PostgresLease(engine: try await database().engine)
        let tokens = try await withThrowingTaskGroup(of: Int64?.self) { group in
            for holder in 0..<20 {
                group.addTask { try await lease.acquire("lane", holder: "\(holder)", for: .seconds(600)) }
            }
            return try await group.reduce(into: []) { if let token = $1 { $0.append(token) } }
        }
        #expect(tokens.count == 1)
    }

    @Test func pubsubKeepsItsContract() async throws {
        let (url, engine) = try await database()
        let notices = PostgresNotices(url: url, logger: logger)
        try await PubSubContract(pubsub: PostgresPubSub(engine: engine, notices: notices, logger: logger)).run()
    }

    @Test func changesReachTheOtherNodesAndComeBackToNobody() async throws {
        let (url, engine) = try await database()
        let (here, there) = (PostgresNotices(url: url, logger: logger), PostgresNotices(url: url, logger: logger))
        let (one, two) = (pubsub(engine, here), pubsub(engine, there))
        let (mine, theirs) = (
            one.subscribe(to: [.resources], buffering: 10), two.subscribe(to: [.resources], buffering: 10)
        )
        try await withThrowingTaskGroup { group in
            for service in [here.run, there.run, one.run, two.run] { group.addTask { try await service() } }
            var (my, their) = (mine.makeAsyncIterator(), theirs.makeAsyncIterator())
            #expect(await my.next() == .lagged)
            #expect(await their.next() == .lagged)
            let events = (0..<2).map { _ in
                ExchangeEvent.changed(resource: "pipelines", id: UUID(), team: UUID(), parent: nil)
            }
            try await one.publish(events[0], to: .resources)
            #expect(await their.next() == .event(events[0]))
            try await two.publish(events[1], to: .resources)
            #expect(await my.next() == .event(events[0]))
            #expect(await my.next() == .event(events[1]), "its own event did not come back in between")
            group.cancelAll()
        }
    }

    @Test func recordsAreToldToTheOtherNodesAsFarAsTheyHaveCome() async throws {
        let (url, engine) = try await database()
        let (here, there) = (PostgresNotices(url: url, logger: logger), PostgresNotices(url: url, logger: logger))
        let (one, two) = (pubsub(engine, here), pubsub(engine, there))
        let (stored, passing) = (UUID(), UUID())
        let channels: Set<Channel> = [.pipeline(stored), .pipeline(passing)]
        let (mine, theirs) = (one.subscribe(to: channels, buffering: 10), two.subscribe(to: channels, buffering: 10))
        let all = two.subscribe(to: [.records], buffering: 10)
        try await withThrowingTaskGroup { group in
            for service in [here.run, there.run, one.run, two.run] { group.addTask { try await service() } }
            var (my, their, every) = (mine.makeAsyncIterator(), theirs.makeAsyncIterator(), all.makeAsyncIterator())
            // What was said before they listened was not heard.
            #expect(await my.next() == .lagged)
            #expect(await their.next() == .lagged)
            #expect(await every.next() == .lagged)
            var memoryOnly = CacheContract.batch(passing, firstID: 1, count: 1)
            memoryOnly.isStored = false
            let batch = CacheContract.batch(stored, firstID: 5, count: 3)
            try await one.publish(.committed(memoryOnly), to: .pipeline(passing))
            try await one.publish(.committed(batch), to: .pipeline(stored))
            #expect(await their.next() == .event(.advanced(pipeline: stored, lastID: 7)))
            #expect(await every.next() == .event(.advanced(pipeline: stored, lastID: 7)))
            #expect(await my.next() == .event(.committed(memoryOnly)))
            #expect(await my.next() == .event(.committed(batch)))
            try await two.publish(.committed(CacheContract.batch(stored, firstID: 8, count: 1)), to: .pipeline(stored))
            #expect(await my.next() == .event(.advanced(pipeline: stored, lastID: 8)))
            group.cancelAll()
        }
    }

    @Test func aNoticeOfManyPipelinesFitsIntoWhatTheServerTakes() throws {
        let lastIDs = Dictionary(
            uniqueKeysWithValues: (0..<AdvanceNotice.capacity).map { (UUID(), Int64.max - Int64($0)) }
        )
        let notice = AdvanceNotice(node: UUID(), position: LogPosition(bytes: .max), lastIDs: lastIDs)
        #expect(notice.text.utf8.count < 8_000)
        #expect(AdvanceNotice(notice.text) == notice)
        #expect(AdvanceNotice(AdvanceNotice(node: UUID(), position: nil, lastIDs: [:]).text)?.position == nil)
        for text in ["", "{}", #"{"node":1,"last":{}}"#, #"{"node":"x","last":{"y":1}}"#] {
            #expect(AdvanceNotice(text) == nil)
        }
    }

    private func pubsub(_ engine: PostgresEngine, _ notices: PostgresNotices) -> PostgresPubSub {
        PostgresPubSub(engine: engine, notices: notices, logger: logger)
    }

    @Test func theListenerConnectsAgainAndTellsThatItMissedSomething() async throws {
        let (url, engine) = try await database()
        let notices = PostgresNotices(url: url, logger: logger)
        let stream = notices.listen(to: [PostgresNotices.jobs])
        try await withThrowingTaskGroup { group in
            group.addTask { try await notices.run() }
            var heard = stream.makeAsyncIterator()
            #expect(await heard.next() == .missed)
            try await engine.store.jobs.enqueue([NewJob(kind: "k")], now: engine.clock.now)
            #expect(await heard.next() == .said(channel: PostgresNotices.jobs, payload: "default"))
            let ended = try await Administration.run(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                WHERE datname = current_database() AND query LIKE 'LISTEN%'
                """,
                on: url
            )
            #expect(ended == ["t"])
            #expect(await heard.next() == .missed)
            try await engine.store.jobs.enqueue([NewJob(kind: "k")], now: engine.clock.now)
            #expect(await heard.next() == .said(channel: PostgresNotices.jobs, payload: "default"))
            group.cancelAll()
        }
    }

    @Test func aFullListenerIsToldThatItMissedSomething() async {
        let box = NoticeBox(channels: ["a"], buffering: 2)
        for number in 0..<4 { box.push(.said(channel: "a", payload: "\(number)")) }
        box.push(.said(channel: "b", payload: "for others"))
        var heard = box.stream.makeAsyncIterator()
        #expect(await heard.next() == .said(channel: "a", payload: "0"))
        #expect(await heard.next() == .said(channel: "a", payload: "1"))
        box.catchUp()
        #expect(await heard.next() == .missed)
        box.push(.said(channel: "a", payload: "4"))
        #expect(await heard.next() == .said(channel: "a", payload: "4"))
    }

    @Test func anotherNodeLeadsWhenTheLeadersSessionEnds() async throws {
        let url = try await database().url
        let (words, said) = AsyncStream<String>.makeStream()
        try await withThrowingTaskGroup { group in
            for node in ["a", "b"] {
                let leadership = PostgresLeadership(
                    url: url,
                    timing: .init(attempt: .milliseconds(100), check: .milliseconds(100)),
                    logger: logger
                )
                group.addTask {
                    await leadership.leading {
                        said.yield(node)
                        let (forever, _) = AsyncStream<Never>.makeStream()
                        for await _ in forever {}
                        said.yield("-" + node)
                    }
                }
            }
            var heard = words.makeAsyncIterator()
            let first = try #require(await heard.next())
            let ended = try await Administration.run(
                """
                SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted \
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                """,
                on: url
            )
            #expect(ended == ["t"])
            var after = [try #require(await heard.next()), try #require(await heard.next())]
            // Which of the two comes first is a matter of moments.
            after.sort()
            #expect(after.first == "-" + first)
            group.cancelAll()
        }
    }
}
