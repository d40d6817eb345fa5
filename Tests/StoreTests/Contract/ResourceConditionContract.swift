import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import Testing

@Suite("Contract: changes of resources that rely on rows", .closingStores)
struct ResourceConditionContract {
    @Test("what is required holds, or nothing changes; of many that rely on the same, one does", arguments: Engines.all)
    func required(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let (store, pipeline) = (tenant.store, tenant.pipeline)
        func rename(from old: JSONValue, to new: JSONValue) async throws {
            try await store.resources.apply(
                [
                    .require(Resources.pipelines, ResourceRow(id: pipeline, values: ["failure_count": old])),
                    .update(Resources.pipelines, ResourceRow(id: pipeline, values: ["failure_count": new])),
                ],
                in: .system
            )
        }
        for round in 0..<5 {
            let old = JSONValue.number(JSONNumber(round))
            let done = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        do {
                            try await rename(from: old, to: .number(JSONNumber(round + 1)))
                            return true
                        } catch let error as DashError {
                            #expect(error.code == .preconditionFailed)
                            return false
                        } catch {
                            Issue.record(error)
                            return false
                        }
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(done == 1)
        }
        // A row that is gone, or another team's, is not as it must be; nothing before it stays.
        let other = try await Tenant(store, tenant.clock)
        for (id, scope) in [(UUID.v7(), AccessScope.system), (other.pipeline, .team(tenant.team))] {
            let sink = UUID.v7()
            let error = await #expect(throws: DashError.self) {
                try await store.resources.apply(
                    [
                        .insert(
                            Resources.pipelineSinks,
                            ResourceRow(id: sink, values: ["pipeline_id": .string(pipeline.text), "sink_type": "file"])
                        ),
                        .require(Resources.pipelines, ResourceRow(id: id, values: [:])),
                    ],
                    in: scope
                )
            }
            #expect(error?.code == .preconditionFailed)
            #expect(try await store.resources.fetch(Resources.pipelineSinks, id: sink, in: .system) == nil)
        }
    }

    @Test("all that match are deleted, within the scope, and returned", arguments: Engines.all)
    func deleteAll(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let other = try await Tenant(tenant.store, tenant.clock)
        let kept = try await tenant.addSink()
        var sinks: Set<UUID> = []
        for _ in 0..<3 { sinks.insert(try await tenant.addSink()) }
        let foreign = try await other.addSink()
        let filters: [ResourceQuery.Filter] = [
            .init("pipeline_id", .in, [.string(tenant.pipeline.text), .string(other.pipeline.text)]),
            .init("id", .ne, .string(kept.text)),
        ]
        let deleted = try await tenant.store.resources.apply(
            [.deleteAll(Resources.pipelineSinks, filters)],
            in: .team(tenant.team)
        )
        #expect(Set(deleted.map(\.id)) == sinks)
        #expect(deleted.allSatisfy { $0["sink_type"] == "webhook" })
        for (sink, isThere) in [(kept, true), (foreign, true)] + sinks.map({ ($0, false) }) {
            #expect(
                try await (tenant.store.resources.fetch(Resources.pipelineSinks, id: sink, in: .system) != nil)
                    == isThere
            )
        }
        #expect(
            try await tenant.store.resources.apply([.deleteAll(Resources.pipelineSinks, filters)], in: .system).count
                == 1
        )
    }

    /// A change that relies on a row waits for who holds it, and sees what has become of it; so who deletes all that hangs on
    /// the row deletes what was made meanwhile.
    @Test("what relies on a row and what replaces it do not cross each other", arguments: Engines.all)
    func crossing(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let (store, pipeline) = (tenant.store, tenant.pipeline)
        let all: [ResourceQuery.Filter] = [.init("pipeline_id", .eq, .string(pipeline.text))]
        for round in 0..<10 {
            let old = JSONValue.number(JSONNumber(round))
            let row = ResourceRow(id: pipeline, values: ["failure_count": .number(JSONNumber(round + 1))])
            await withTaskGroup(of: Void.self) { group in
                for index in 0..<6 {
                    let sink = ResourceRow(
                        id: .v7(),
                        values: ["pipeline_id": .string(pipeline.text), "sink_type": "file"]
                    )
                    let changes: [ResourceChange] =
                        index == 3
                        ? [.update(Resources.pipelines, row), .deleteAll(Resources.pipelineSinks, all)]
                        : [
                            .require(Resources.pipelines, ResourceRow(id: pipeline, values: ["failure_count": old])),
                            .insert(Resources.pipelineSinks, sink),
                        ]
                    group.addTask {
                        do {
                            try await store.resources.apply(changes, in: .system)
                        } catch {
                            #expect((error as? DashError)?.code == .preconditionFailed)
                        }
                    }
                }
            }
            let left = try await store.resources.list(Resources.pipelineSinks, ResourceQuery(filters: all), in: .system)
                .rows
            #expect(left.isEmpty)
        }
    }
}
