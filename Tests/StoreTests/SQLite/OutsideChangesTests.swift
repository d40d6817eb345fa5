import DashExchange
import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import Logging
import Testing

@testable import DashSQLite

@Suite("What another process commits", .closingStores)
struct OutsideChangesTests {
    private func sink(_ tenant: Tenant) -> ResourceChange {
        let values: [String: JSONValue] = ["pipeline_id": .string(tenant.pipeline.text), "sink_type": "file"]
        return .insert(Resources.pipelineSinks, ResourceRow(id: .v7(), values: values))
    }

    @Test("is told from what this one commits, reads and moves out of its log")
    func counted() async throws {
        let (path, clock) = (try Engines.temporaryPath(), HeldClock())
        let mine = try await Engines.sqlite(at: path, clock)
        let theirs = try await Engines.sqlite(at: path, clock)
        let tenant = try await Tenant(mine.store, clock)
        let before = try await mine.outsideCommits()
        try await mine.store.resources.apply([sink(tenant)], in: .system)
        guard case .saved = try await mine.store.commits.commit([tenant.part(["{}"])])[0] else {
            Issue.record("nothing was saved")
            return
        }
        await mine.database.checkpoint()
        try await mine.store.resources.apply([sink(tenant)], in: .system)
        #expect(try await mine.outsideCommits() == before)
        // Reading is no commit.
        #expect(
            try await theirs.store.resources.list(Resources.pipelineSinks, ResourceQuery(), in: .system).rows.count == 2
        )
        #expect(try await mine.outsideCommits() == before)
        try await theirs.store.resources.apply([sink(tenant)], in: .system)
        let after = try await mine.outsideCommits()
        #expect(after != before)
        #expect(try await mine.outsideCommits() == after)
        try await theirs.store.resources.apply([sink(tenant)], in: .system)
        #expect(try await mine.outsideCommits() != after)
    }

    @Test("makes those who follow resources look again", .timeLimit(.minutes(10)))
    func told() async throws {
        let (path, clock) = (try Engines.temporaryPath(), HeldClock())
        let mine = try await Engines.sqlite(at: path, clock)
        let theirs = try await Engines.sqlite(at: path, clock)
        let tenant = try await Tenant(mine.store, clock)
        let pubsub = MemoryPubSub()
        let subscription = pubsub.subscribe(to: [.resources], buffering: 4)
        let (looks, looked) = AsyncStream.makeStream(of: Int64.self)
        let changes = OutsideChanges(pubsub: pubsub, every: .milliseconds(5), logger: Engines.silent) {
            let commits = try await mine.outsideCommits()
            looked.yield(commits)
            return commits
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await changes.run() }
            var look = looks.makeAsyncIterator()
            _ = await look.next()
            try await mine.store.resources.apply([sink(tenant)], in: .system)
            try await pubsub.publish(.changed(resource: "x", id: tenant.team, team: nil, parent: nil), to: .resources)
            for _ in 0..<3 { _ = await look.next() }
            var elements = subscription.makeAsyncIterator()
            guard case .event = await elements.next() else {
                Issue.record("this process's own commit was taken for another's")
                return group.cancelAll()
            }
            try await theirs.store.resources.apply([sink(tenant)], in: .system)
            #expect(await elements.next() == .lagged)
            group.cancelAll()
        }
    }
}
