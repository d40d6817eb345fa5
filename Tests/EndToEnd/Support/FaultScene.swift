import DashJSON
import Foundation
import TestSupport
import Testing

/// A `dashd` on a database server of its own, a team with a realtime pipeline, and clients that never stop posting.
struct FaultScene: Sendable {
    let instance: DatabaseInstance
    let server: DashServer
    let team: Workspace
    let pipeline: String
    let oracle = Oracle()
    let answers = Answers()

    static let isSoak = ProcessInfo.processInfo.environment["DASH_SOAK"] == "1"

    /// A refusal that takes longer was no quick one: ten times what a node gives its database.
    static let patience = Duration.seconds(30)

    /// Sets the scene on a server.
    static func with(
        _ instance: DatabaseInstance,
        environment: [String: String] = [:],
        _ body: (FaultScene) async throws -> Void
    ) async throws {
        let environment = TestServers.environment(instance.database).merging(environment) { $1 }
        try await DashServer.with(environment: environment, start: false) { server in
            let token = try await Workspace.token(on: server)
            try await server.start()
            let child = try #require(server.child)
            try await HTTP.with(server.base) { http in
                let team = Workspace(http, token: token)
                let pipeline = try await team.createRealtime("events")
                try await body(FaultScene(instance: instance, server: server, team: team, pipeline: pipeline))
            }
            #expect(child.isRunning, "dashd must live through everything")
        }
    }

    /// Lets clients post while the closure runs.
    func underLoad(
        posters: Int = 16,
        size: Int? = nil,
        padding: Int = 0,
        _ body: () async throws -> Void
    ) async throws {
        let stop = StopSign()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<posters {
                let poster = SteadyPoster(
                    number: number,
                    team: team,
                    pipeline: pipeline,
                    size: size,
                    padding: padding,
                    oracle: oracle,
                    answers: answers
                )
                group.addTask { await poster.run(until: stop) }
            }
            do {
                try await body()
            } catch {
                stop.raise()
                throw error
            }
            stop.raise()
            try await group.waitForAll()
        }
    }

    /// Waits until so many more records were acknowledged.
    func progress(by count: Int) async throws {
        let goal = oracle.acknowledgedCount + count
        try await eventually("\(count) more records are acknowledged", every: .milliseconds(10)) {
            oracle.acknowledgedCount >= goal ? true : nil
        }
    }

    /// Waits until so many more posts were refused.
    func refusals(_ count: Int) async throws {
        let goal = answers.refused + count
        try await eventually("\(count) more posts are refused", every: .milliseconds(10)) {
            answers.refused >= goal ? true : nil
        }
    }

    /// Compares what was acknowledged with what is stored. `slow` posts may have waited for the end of a fault: those
    /// whose transaction was under way when it began.
    func check(slow: Int, _ fault: String) async throws {
        print("\(fault): \(oracle.acknowledgedCount) records acknowledged; answers: \(answers.summary)")
        #expect(answers.unexpected.isEmpty, "\(fault): \(answers.unexpected.prefix(5))")
        #expect(answers.withoutRetryAfter == 0, "\(fault): refused without Retry-After")
        let late = answers.refusals(over: Self.patience)
        #expect(late <= slow, "\(fault): \(late) refusals took longer than \(Self.patience)")

        for (key, ids) in oracle.unanswered {
            // Whoever has a key asks until there is an answer: the fault's last moments may still refuse.
            let reply = try await eventually("a post without an answer gets one") {
                let reply = try await team.ingest(Poster.records(ids), into: pipeline, key: key)
                return reply.status == 503 ? nil : reply
            }
            #expect(reply.status == 202, "\(reply.text)")
            oracle.acknowledge(ids, key: key)
        }
        let stored = try await instance.query(
            "SELECT data ->> 'id', count(*) FROM pipeline_data WHERE pipeline_id = '\(pipeline)' GROUP BY 1"
        )
        var times: [String: Int] = [:]
        for line in stored.split(separator: "\n") {
            let cells = line.split(separator: "|")
            if cells.count == 2 { times[String(cells[0])] = Int(cells[1]) }
        }
        let repeated = times.filter { $0.value > 1 }
        let lost = oracle.acknowledged.filter { times[$0] == nil }
        let invented = times.keys.filter { !oracle.sent.contains($0) }
        #expect(repeated.isEmpty, "\(fault): stored more than once: \(repeated.count), \(repeated.prefix(5))")
        #expect(lost.isEmpty, "\(fault): acknowledged and lost: \(lost.count), \(lost.prefix(5))")
        #expect(invented.isEmpty, "\(fault): never sent: \(invented.count), \(invented.prefix(5))")

        let ledger = try await eventually("the ledger has nothing in flight") {
            let ledger = try await team.ledger(of: pipeline)
            return ledger["in_flight"] == 0 ? ledger : nil
        }
        #expect(ledger["stored"] == times.values.reduce(0, +), "\(fault): \(ledger)")
        let ends = ["stored", "memory_only", "duplicates", "quarantined", "dropped_filter", "dropped_storage_limit"]
        let sum = (ends + ["dropped_invalid"]).reduce(0) { $0 + (ledger[$1] ?? 0) }
        #expect(ledger["received"] == sum, "\(fault): \(ledger)")
    }
}
