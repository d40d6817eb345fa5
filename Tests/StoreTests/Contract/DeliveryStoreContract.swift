import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import Testing

@Suite("Contract: deliveries", .closingStores)
struct DeliveryStoreContract {
    @Test("one delivery a lane and group, in order, rows or payload alike", arguments: Engines.all)
    func lanes(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let sink = BatchCommit.Lane.sink(try await tenant.addSink())
        let down = BatchCommit.Lane.pipeline(try await tenant.addPipeline())
        // As every engine spells rows; what is kept in the delivery stays as it came.
        var first = tenant.part(["{\"n\": 1}", "{\"n\": 2}"])
        first.lanes = [sink, down]
        var second = tenant.part(["{\"n\": 3}"])
        second.lanes = [sink, down]
        var memory = tenant.part(["{\n\"n\": 4}", "{}"], persists: false)
        memory.lanes = [sink]
        _ = try await tenant.store.commits.commit([first, second])
        _ = try await tenant.store.commits.commit([memory])
        #expect(Set(try await tenant.store.deliveries.dueLanes(now: tenant.clock.now)) == [sink, down])
        let deliveries = try await tenant.store.nextDeliveries(of: sink, limit: 10, now: tenant.clock.now)
        #expect(deliveries.count == 2)
        #expect(deliveries[0].records == first.batch.records + second.batch.records)
        #expect(deliveries[1].records == memory.batch.records)
        #expect(deliveries[0].lastID < deliveries[1].firstID)
        let rows = try await tenant.store.records.latest(of: tenant.pipeline, limit: 10, now: tenant.clock.now)
        #expect(rows.map(\.id) == Array(deliveries[0].firstID...deliveries[0].lastID))
        #expect(try await tenant.store.nextDeliveries(of: down, limit: 10, now: tenant.clock.now).count == 1)
        let backlog = try await tenant.store.deliveries.backlog(of: tenant.pipeline)
        #expect(backlog.first { $0.lane == sink }?.pending == 2)
        #expect(backlog.first { $0.lane == sink }?.bytes == Int64(deliveries.reduce(0) { $0 + $1.records.bytes.count }))
    }

    @Test("a retry holds its lane back, a dead one does not, and can be driven again", arguments: Engines.all)
    func outcomes(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let lane = BatchCommit.Lane.sink(try await tenant.addSink())
        var part = tenant.part(["{}"])
        part.lanes = [lane]
        for _ in 0..<2 { _ = try await tenant.store.commits.commit([part]) }
        let now = tenant.clock.now
        let all = try await tenant.store.nextDeliveries(of: lane, limit: 10, now: now)
        let later = now + .seconds(60)
        #expect(try await tenant.store.deliveries.settle([all[0].id], as: .retry(at: later, reason: "503"), now: now))
        #expect(try await tenant.store.nextDeliveries(of: lane, limit: 10, now: now).isEmpty)
        #expect(try await tenant.store.deliveries.dueLanes(now: now).isEmpty)
        #expect(try await tenant.store.nextDeliveries(of: lane, limit: 10, now: later).map(\.attempts) == [1, 0])
        let waiting = try await tenant.store.deliveries.backlog(of: tenant.pipeline).first
        #expect(waiting?.lastError == "503" && waiting?.attempts == 1 && waiting?.nextAttemptAt == later)
        #expect(waiting?.isWaiting(at: now) == true && waiting?.isWaiting(at: later) == false)
        #expect(try await tenant.store.deliveries.settle([all[0].id], as: .dead(reason: "410"), now: later))
        #expect(try await tenant.store.deliveries.settle([all[0].id], as: .delivered, now: later) == false)
        let flowing = try await tenant.store.deliveries.backlog(of: tenant.pipeline).first
        #expect(flowing?.pending == 1 && flowing?.dead == 1 && flowing?.lastError == "410" && flowing?.attempts == 0)
        #expect(try await tenant.store.nextDeliveries(of: lane, limit: 10, now: now).map(\.id) == [all[1].id])
        let row = try await tenant.store.resources.fetch(Resources.deliveries, id: all[0].id, in: .system)
        let history = row?["attempt_history"].arrayValue ?? []
        #expect(history.map { $0["reason"] } == ["503", "410"], "each try is kept")
        #expect(history.map { $0["at"]?.stringValue } == [now.text, later.text])
        for filter in [
            DeadLetterFilter(delivery: all[1].id), DeadLetterFilter(reason: "4_0"), DeadLetterFilter(from: later),
            DeadLetterFilter(reason: "410", to: all[0].receivedAt),
        ] {
            #expect(try await tenant.store.deliveries.redrive(lane, matching: filter, now: now) == 0)
        }
        let meant = DeadLetterFilter(delivery: all[0].id, reason: "41", from: all[0].receivedAt, to: later)
        #expect(try await tenant.store.deliveries.redrive(lane, matching: meant, now: now) == 1)
        let loads = try await tenant.store.deliveries.loads().filter { $0.lane == lane }
        #expect(loads.map(\.bytes) == [4] && loads.map(\.pipeline) == [tenant.pipeline])
        #expect(try await tenant.store.nextDeliveries(of: lane, limit: 10, bytes: 2, now: now).map(\.id) == [all[0].id])
        #expect(try await tenant.store.nextDeliveries(of: lane, limit: 10, now: now).map(\.id) == all.map(\.id))
        #expect(try await tenant.store.deliveries.settle(all.map(\.id), as: .delivered, now: now))
        #expect(try await tenant.store.deliveries.dueLanes(now: later).isEmpty)
        #expect(try await tenant.store.deliveries.prune(before: now, limit: 10) == 0)
        #expect(try await tenant.store.deliveries.prune(before: later, limit: 1) == 1)
        #expect(try await tenant.store.deliveries.prune(before: later, limit: 10) == 1)
    }

    @Test("a lane whose sink is gone gets nothing and spoils nothing", arguments: Engines.all)
    func goneSink(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let sink = try await tenant.addSink()
        try await tenant.store.resources.apply([.delete(Resources.pipelineSinks, id: sink)], in: .system)
        var part = tenant.part(["{}"])
        part.lanes = [.sink(sink)]
        guard case .saved = try await tenant.store.commits.commit([part])[0] else { throw Unexpected("not saved") }
        #expect(try await tenant.store.deliveries.dueLanes(now: tenant.clock.now).isEmpty)
    }

    @Test("starts of deliveries are counted until they are settled", arguments: Engines.all)
    func lostStarts(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let lane = BatchCommit.Lane.sink(try await tenant.addSink())
        var part = tenant.part(["{}"])
        part.lanes = [lane]
        for _ in 0..<2 { _ = try await tenant.store.commits.commit([part]) }
        let now = tenant.clock.now
        func next() async throws -> [Delivery] {
            try await tenant.store.nextDeliveries(of: lane, limit: 10, now: now)
        }
        let ids = try await next().map(\.id)
        try await tenant.store.deliveries.noteStart(of: ids)
        try await tenant.store.deliveries.noteStart(of: [ids[0]])
        try await tenant.store.deliveries.noteStart(of: [])
        #expect(try await next().map(\.lostStarts) == [2, 1])
        #expect(try await tenant.store.deliveries.settle([ids[0]], as: .retry(at: now, reason: "503"), now: now))
        #expect(try await next().map(\.lostStarts) == [0, 1])
        #expect(try await tenant.store.deliveries.settle([ids[1]], as: .dead(reason: "ended"), now: now))
        #expect(try await tenant.store.deliveries.redrive(lane, now: now) == 1)
        #expect(try await next().map(\.lostStarts) == [0, 0])
    }
}

private func + (lhs: RecordBytes, rhs: RecordBytes) -> RecordBytes {
    var sum = lhs
    sum.append(rhs)
    return sum
}
