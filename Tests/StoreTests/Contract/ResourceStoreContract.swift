import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import TestSupport
import Testing

@Suite("Contract: resources", .closingStores)
struct ResourceStoreContract {
    @Test("every type survives the way there and back", arguments: Engines.all)
    func roundTrip(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let row = try #require(
            try await tenant.store.resources.fetch(Resources.pipelines, id: tenant.pipeline, in: .team(tenant.team))
        )
        #expect(row["source_config"] == ["secrets": ["hush-hush"]])
        #expect(row["misfire_policy"] == "latest")
        #expect(row["persist_data"] == true)
        #expect(row["retention_days"] == .null)
        #expect(row.timestamp("inserted_at") == tenant.clock.now)
        #expect(row.uuid("team_id") == tenant.team)
        let update = ResourceRow(
            id: tenant.pipeline,
            values: ["retention_days": 7, "source_cursor": ["big": 12_345_678_901_234_567], "status": "paused"]
        )
        tenant.clock.advance(.seconds(5))
        let after = try #require(
            try await tenant.store.resources.apply([.update(Resources.pipelines, update)], in: .team(tenant.team)).first
        )
        #expect(after["retention_days"] == 7)
        #expect(after["source_cursor"] == ["big": 12_345_678_901_234_567])
        #expect(after["name"] == row["name"])
        #expect(after.timestamp("updated_at") == tenant.clock.now)
    }

    @Test("what does not fit is refused with its pointer, all at once", arguments: Engines.all)
    func misfits(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let row = ResourceRow(id: .v7(), values: ["type": "sideways", "source_type": 3, "retention_days": 1.5])
        let error = await #expect(throws: DashError.self) {
            try await tenant.store.resources.apply([.insert(Resources.pipelines, row)], in: .team(tenant.team))
        }
        #expect(error?.code == .invalid)
        #expect(Set(error?.issues.map(\.pointer) ?? []) == ["/name", "/type", "/source_type", "/retention_days"])
    }

    @Test("a taken key is a conflict that names it, and nothing of the transaction stays", arguments: Engines.all)
    func conflict(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let first = Tenant.pipelineRow(.v7(), team: tenant.team)
        var second = Tenant.pipelineRow(.v7(), team: tenant.team)
        second.values["name"] = first["name"]
        let changes = [ResourceChange.insert(Resources.pipelines, first), .insert(Resources.pipelines, second)]
        let error = await #expect(throws: DashError.self) {
            try await tenant.store.resources.apply(changes, in: .team(tenant.team))
        }
        #expect(error?.code == .conflict)
        #expect(error?.issues.map(\.pointer) == ["/name"])
        #expect(try await tenant.store.resources.fetch(Resources.pipelines, id: first.id, in: .system) == nil)
    }

    @Test("of many that delete a row at once, one does", arguments: Engines.all)
    func deletedOnce(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        for _ in 0..<5 {
            let sink = try await tenant.addSink()
            let done = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        do {
                            try await tenant.store.resources.apply(
                                [.delete(Resources.pipelineSinks, id: sink)],
                                in: .system
                            )
                            return true
                        } catch let error as DashError {
                            #expect(error.code == .notFound)
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
    }

    @Test("another team's rows can't be read, changed, referred to or taken over", arguments: Engines.all)
    func scope(_ factory: StoreFactory) async throws {
        let mine = try await Tenant(factory)
        let theirs = try await Tenant(mine.store, mine.clock)
        let sink = try await theirs.addSink()
        let scope = AccessScope.team(mine.team)
        let foreign: [(Resource, UUID)] = [
            (Resources.pipelines, theirs.pipeline), (Resources.teams, theirs.team), (Resources.pipelineSinks, sink),
        ]
        for (resource, id) in foreign {
            #expect(try await mine.store.resources.fetch(resource, id: id, in: scope) == nil)
            let ids = try await mine.store.resources.list(resource, ResourceQuery(limit: 1_000), in: scope).rows.map(
                \.id
            )
            #expect(!ids.contains(id))
            for change in [
                ResourceChange.update(resource, ResourceRow(id: id, values: [:])), .delete(resource, id: id),
            ] {
                let error = await #expect(throws: DashError.self) {
                    try await mine.store.resources.apply([change], in: scope)
                }
                #expect(error?.code == .notFound)
            }
            #expect(try await mine.store.resources.fetch(resource, id: id, in: .system) != nil)
        }
        let attempts: [ResourceChange] = [
            .insert(Resources.pipelines, Tenant.pipelineRow(.v7(), team: theirs.team)),
            .update(
                Resources.pipelines,
                ResourceRow(id: mine.pipeline, values: ["team_id": .string(theirs.team.text)])
            ),
            .insert(
                Resources.pipelineSinks,
                ResourceRow(id: .v7(), values: ["pipeline_id": .string(theirs.pipeline.text), "sink_type": "file"])
            ),
        ]
        for attempt in attempts {
            let error = await #expect(throws: DashError.self) {
                try await mine.store.resources.apply([attempt], in: scope)
            }
            #expect(error?.code == .notFound)
        }
        #expect(try await mine.store.resources.list(Resources.users, ResourceQuery(), in: scope).rows.isEmpty)
    }

    @Test("two teams at random: a scope never yields a foreign row", arguments: Engines.all)
    func scopeFuzz(_ factory: StoreFactory) async throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        let one = try await Tenant(factory)
        let two = try await Tenant(one.store, one.clock)
        var owners: [UUID: UUID] = [one.pipeline: one.team, two.pipeline: two.team]
        for _ in 0..<60 {
            let actor = Bool.random(using: &random) ? one : two
            let scope = AccessScope.team(actor.team)
            let target = owners.keys.sorted { $0.text < $1.text }.randomElement(using: &random) ?? one.pipeline
            let isOwn = owners[target] == actor.team
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                let new = Tenant.pipelineRow(.v7(), team: actor.team)
                try await actor.store.resources.apply([.insert(Resources.pipelines, new)], in: scope)
                owners[new.id] = actor.team
            case 1:
                let row = ResourceRow(id: target, values: ["failure_count": 3])
                let worked =
                    (try? await actor.store.resources.apply([.update(Resources.pipelines, row)], in: scope)) != nil
                #expect(worked == isOwn, "seed \(seed)")
            default:
                let link = ResourceRow(id: .v7(), values: ["pipeline_id": .string(target.text), "sink_type": "file"])
                let worked =
                    (try? await actor.store.resources.apply([.insert(Resources.pipelineSinks, link)], in: scope)) != nil
                #expect(worked == isOwn, "seed \(seed)")
            }
            let listed = try await actor.store.resources.list(
                Resources.pipelines,
                ResourceQuery(limit: 1_000),
                in: scope
            ).rows
            #expect(listed.allSatisfy { owners[$0.id] == actor.team }, "seed \(seed)")
            let sinks = try await actor.store.resources.list(
                Resources.pipelineSinks,
                ResourceQuery(limit: 1_000),
                in: scope
            ).rows
            #expect(sinks.allSatisfy { $0.uuid("pipeline_id").flatMap { owners[$0] } == actor.team }, "seed \(seed)")
        }
    }

    @Test("pages by key cover each row once, nulls and both directions included", arguments: Engines.all)
    func pages(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        for index in 0..<11 {
            var row = Tenant.pipelineRow(.v7(), team: tenant.team)
            row.values["retention_days"] = index % 3 == 0 ? .null : .number(JSONNumber(index % 4 + 1))
            try await tenant.store.resources.apply([.insert(Resources.pipelines, row)], in: .system)
        }
        for descending in [false, true] {
            var query = ResourceQuery(sort: [.init("retention_days", descending: descending), .init("name")], limit: 3)
            var seen: [ResourceRow] = []
            repeat {
                let page = try await tenant.store.resources.list(Resources.pipelines, query, in: .team(tenant.team))
                seen += page.rows
                query.after = page.next
            } while query.after != nil
            #expect(seen.count == 12)
            #expect(Set(seen.map(\.id)).count == 12)
            let whole = ResourceQuery(sort: query.sort, limit: 100)
            #expect(
                try await tenant.store.resources.list(Resources.pipelines, whole, in: .team(tenant.team)).rows.map(\.id)
                    == seen.map(\.id)
            )
        }
        await #expect(throws: DashError.self) {
            try await tenant.store.resources.list(
                Resources.pipelines,
                ResourceQuery(after: "bm9uc2Vuc2U"),
                in: .team(tenant.team)
            )
        }
    }

    @Test("filters", arguments: Engines.all)
    func filters(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let other = try await tenant.addPipeline()
        func ids(_ filters: ResourceQuery.Filter...) async throws -> Set<UUID> {
            Set(
                try await tenant.store.resources.list(
                    Resources.pipelines,
                    ResourceQuery(filters: filters),
                    in: .team(tenant.team)
                ).rows.map(\.id)
            )
        }
        #expect(try await ids(.init("type", .eq, "p2p")) == [other])
        #expect(try await ids(.init("type", .ne, "p2p")) == [tenant.pipeline])
        #expect(try await ids(.init("id", .in, [.string(other.text), .string(UUID().text)])) == [other])
        #expect(try await ids(.init("name", .like, .string("p " + other.text.uppercased() + "%"))) == [other])
        #expect(try await ids(.init("retention_days", .null, true)) == [other, tenant.pipeline])
        #expect(try await ids(.init("inserted_at", .gt, .string(tenant.clock.now.text))) == [])
        #expect(try await ids(.init("inserted_at", .ge, .string(tenant.clock.now.text))).count == 2)
        for filter in [
            ResourceQuery.Filter("nothing", .eq, 1), .init("source_config", .eq, [:]), .init("id", .eq, "x"),
        ] {
            let error = await #expect(throws: DashError.self) { _ = try await ids(filter) }
            #expect(error?.code == .invalid)
        }
    }

    @Test("deleting a team takes everything along", arguments: Engines.all)
    func cascade(_ factory: StoreFactory) async throws {
        let tenant = try await Tenant(factory)
        let sink = try await tenant.addSink()
        _ = try await tenant.store.commits.commit([tenant.part(["{}"])])
        try await tenant.store.resources.apply([.delete(Resources.teams, id: tenant.team)], in: .team(tenant.team))
        #expect(try await tenant.store.resources.fetch(Resources.pipelines, id: tenant.pipeline, in: .system) == nil)
        #expect(try await tenant.store.resources.fetch(Resources.pipelineSinks, id: sink, in: .system) == nil)
        #expect(try await tenant.store.expiry.deleteExpired(now: tenant.clock.now, limit: 100) == 1)
        #expect(try await tenant.store.expiry.deleteExpired(now: tenant.clock.now, limit: 100) == 0)
    }
}
