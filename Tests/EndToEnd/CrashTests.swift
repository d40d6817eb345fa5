import DashJSON
import Foundation
import TestSupport
import Testing

@Suite("kill -9 under load", .serialized)
struct CrashTests {
    static let posters = 64

    /// Ten rounds in `make test`, fifty in `make soak`.
    @Test("every acknowledged record is there exactly once, jobs resume, the ledger balances")
    func acknowledgedRecordsSurvive() async throws {
        try await crash([:], rounds: FaultScene.isSoak ? 50 : 10)
    }

    @Test("and so it is on TimescaleDB", .enabled(if: TestServers.timescale != nil, "\(TestServers.hint)"))
    func acknowledgedRecordsSurviveOnTimescale() async throws {
        try await TestDatabase.with(try #require(TestServers.timescale)) { database in
            // Leases of a killed node run out by the clock here, which takes most of a round.
            try await crash(TestServers.environment(database), rounds: FaultScene.isSoak ? 20 : 2)
        }
    }

    private func crash(_ environment: [String: String], rounds: Int) async throws {
        let upstream = CountingUpstream()
        try await WebServer.with(upstream.router) { upstreamPort in
            try await DashServer.with(environment: environment, start: false) { server in
                let token = try await Workspace.token(on: server)
                try await server.start()
                let (pipeline, behind, polling) = try await HTTP.with(server.base) { http in
                    let team = Workspace(http, token: token)
                    let pipeline = try await team.createRealtime("events")
                    let behind = try await team.createDownstream("events, behind", of: pipeline)
                    let polling = try await team.create(
                        "pipelines",
                        [
                            "name": "poll", "type": "polling", "interval_seconds": 1, "source_type": "http",
                            "source_config": ["url": .string("http://127.0.0.1:\(upstreamPort)/value")],
                        ]
                    )
                    return (pipeline, behind, polling)
                }

                let oracle = Oracle()
                var random = SplitMix(seed: 20_261_121)
                for round in 1...rounds {
                    let goal = oracle.acknowledgedCount + Int.random(in: 300...3_000, using: &random)
                    try await HTTP.with(server.base) { http in
                        let team = Workspace(http, token: token)
                        await withTaskGroup(of: Void.self) { group in
                            for poster in 0..<Self.posters {
                                group.addTask {
                                    await Poster(
                                        number: poster,
                                        round: round,
                                        team: team,
                                        pipeline: pipeline,
                                        oracle: oracle
                                    )
                                    .run()
                                }
                            }
                            group.addTask {
                                _ = try? await eventually(
                                    "round \(round) has its posts",
                                    every: .milliseconds(5)
                                ) {
                                    oracle.acknowledgedCount >= goal ? true : nil
                                }
                                await server.kill()
                            }
                        }
                    }
                    try await server.start()
                    try await HTTP.with(server.base) { http in
                        let team = Workspace(http, token: token)
                        try await repeatUnanswered(oracle, team, pipeline)
                        try await check(round, oracle, team, pipeline, behind)
                        let calls = upstream.calls
                        try await eventually("polling resumes after round \(round)") {
                            upstream.calls > calls + 1 ? true : nil
                        }
                    }
                }

                try await HTTP.with(server.base) { http in
                    let team = Workspace(http, token: token)
                    let runs = try await team.list("/api/v1/runs?filter%5Bpipeline_id%5D=\(polling)&page%5Bsize%5D=100")
                    #expect(runs.contains { $0["attributes"]?["status"]?.stringValue == "completed" })
                    try await eventually("no run stays running for ever") {
                        let running = try await team.list("/api/v1/runs?filter%5Bstatus%5D=running&page%5Bsize%5D=100")
                        return running.count <= 1 ? true : nil
                    }
                }
            }
        }
    }

    /// A post with an `Idempotency-Key` that got no answer is sent again, as a careful client does.
    private func repeatUnanswered(_ oracle: Oracle, _ team: Workspace, _ pipeline: String) async throws {
        for (key, ids) in oracle.unanswered {
            let reply = try await team.ingest(Poster.records(ids), into: pipeline, key: key)
            #expect(reply.status == 202, "\(reply.text)")
            oracle.acknowledge(ids, key: key)
        }
    }

    private func check(_ round: Int, _ oracle: Oracle, _ team: Workspace, _ pipeline: String, _ behind: String)
        async throws
    {
        let stored = try await team.records(of: pipeline).compactMap { $0["id"]?.stringValue }
        try compare(stored, with: oracle, "round \(round)")

        // The pipeline behind has a position of its own: it catches up, and has each record once.
        try await eventually("the pipeline behind has everything after round \(round)") {
            let count = try await team.ledger(of: behind)["stored"]
            return count == stored.count ? true : nil
        }
        let copied = try await team.records(of: behind).compactMap { $0["id"]?.stringValue }
        #expect(copied.count == stored.count)
        #expect(Set(copied) == Set(stored))

        let ledger = try await team.ledger(of: pipeline)
        #expect(ledger["stored"] == stored.count, "round \(round): \(ledger)")
        #expect(ledger["received"] == stored.count + (ledger["duplicates"] ?? 0), "round \(round): \(ledger)")
        #expect(ledger["in_flight"] == 0)
        print("round \(round): \(oracle.acknowledgedCount) acknowledged, \(stored.count) stored, ledger \(ledger)")
    }

    private func compare(_ stored: [String], with oracle: Oracle, _ when: String) throws {
        var times: [String: Int] = [:]
        for id in stored { times[id, default: 0] += 1 }
        let repeated = times.filter { $0.value > 1 }
        let lost = oracle.acknowledged.filter { times[$0] == nil }
        let invented = times.keys.filter { !oracle.sent.contains($0) }
        #expect(repeated.isEmpty, "\(when): stored more than once: \(repeated.prefix(5))")
        #expect(lost.isEmpty, "\(when): acknowledged and lost: \(lost.count), \(lost.prefix(5))")
        #expect(invented.isEmpty, "\(when): never sent: \(invented.prefix(5))")
    }
}
