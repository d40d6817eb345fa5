import DashJSON
import Foundation
import Glibc
import TestSupport
import Testing

@Suite(
    "Faults of nodes that share a database",
    .serialized,
    .enabled(if: TestServers.timescale != nil, "\(TestServers.hint)")
)
struct NodesFaultTests {
    private static let pipelines = 100

    @Test("nodes stop, die and come back: each due time has one saved run or the reason why it has none")
    func oneRunPerDueTime() async throws {
        let upstream = CountingUpstream()
        try await WebServer.with(upstream.router) { upstreamPort in
            try await nodes(3) { nodes, database in
                let first = nodes[0]
                try await first.start()
                let token = try await Workspace.token(on: first)
                try await HTTP.with(first.base) { http in
                    let team = Workspace(http, token: token)
                    for number in 0..<Self.pipelines {
                        _ = try await team.create("pipelines", Self.pipeline(number, upstreamPort))
                    }
                }
                for node in nodes.dropFirst() { try await node.start() }

                try await disturb(nodes, for: .seconds(FaultScene.isSoak ? 300 : 30))

                // Nothing is due any more; what was due comes to its end, the lease of a killed node's job too.
                // Held in the order of their ids, as the nodes hold them.
                try database.run(
                    """
                    WITH held AS MATERIALIZED (SELECT id FROM pipelines ORDER BY id FOR UPDATE) \
                    UPDATE pipelines SET status = 'paused', updated_at = now() FROM held WHERE pipelines.id = held.id
                    """
                )
                for node in nodes {
                    await node.kill()
                    try await node.start()
                }
                try await eventually("every due time is settled") {
                    let jobs = "SELECT count(*) FROM jobs WHERE kind = 'pipeline.poll' AND finished_at IS NULL"
                    let due = "SELECT count(*) FROM due_times WHERE state = 'due'"
                    return try database.number(jobs) == 0 && database.number(due) == 0 ? true : nil
                }
                try check(database, upstream)
            }
        }
    }

    /// Stops, kills and restarts one node after the other, in an order that can be run again.
    private func disturb(_ nodes: [DashServer], for time: Duration) async throws {
        let clock = ContinuousClock()
        let end = clock.now + time
        var random = SplitMix(seed: 20_261_121)
        var turn = 0
        while clock.now < end {
            try await clock.sleep(for: .milliseconds(Int.random(in: 1_000...3_000, using: &random)))
            let node = nodes[turn % nodes.count]
            let other = nodes[(turn + 1) % nodes.count]
            let child = try #require(node.child)
            switch turn % 3 {
            case 0:
                // Longer than a job's lease: the others take over what it holds, and it wakes up in the middle of it.
                child.signal(SIGSTOP)
                try await clock.sleep(for: .seconds(FaultScene.isSoak ? 20 : 8))
                await other.kill()
                try await other.start()
                try await clock.sleep(for: .seconds(FaultScene.isSoak ? 5 : 8))
                child.signal(SIGCONT)
            case 1:
                child.signal(SIGSTOP)
                try await clock.sleep(for: .milliseconds(Int.random(in: 500...3_000, using: &random)))
                child.signal(SIGCONT)
            default:
                await node.kill()
                try await node.start()
            }
            turn += 1
        }
    }

    private func check(_ database: TestDatabase, _ upstream: CountingUpstream) throws {
        let states = try database.run("SELECT state, count(*) FROM due_times GROUP BY state ORDER BY state")
        let calls = upstream.callsByName
        print("due times: \(states.map { $0.joined(separator: " ") }); \(upstream.calls) calls")
        func none(_ what: String, _ statement: String) throws {
            let rows = try database.run(statement)
            #expect(rows.isEmpty, "\(what): \(rows.count), \(rows.prefix(3))")
        }
        let completed = "SELECT pipeline_id, due_at FROM runs WHERE status = 'completed' AND due_at IS NOT NULL"
        try none("due times that ran twice", "\(completed) GROUP BY 1, 2 HAVING count(*) > 1")
        try none(
            "runs of no due time",
            "\(completed) EXCEPT SELECT pipeline_id, due_at FROM due_times WHERE state = 'ran'"
        )
        try none(
            "due times that ran without a run",
            "SELECT pipeline_id, due_at FROM due_times WHERE state = 'ran' EXCEPT \(completed)"
        )
        try none(
            "due times without a run or a reason",
            """
            SELECT pipeline_id, due_at, state FROM due_times \
            WHERE state = 'due' OR state <> 'ran' AND coalesce(reason, '') = ''
            """
        )
        try none(
            "gaps between due times",
            """
            SELECT * FROM (SELECT pipeline_id, due_at, reason, due_at - lag(due_at) \
            OVER (PARTITION BY pipeline_id ORDER BY due_at) AS gap FROM due_times) AS t \
            WHERE gap <> interval '1 second' AND coalesce(reason, '') NOT LIKE '%earlier ones'
            """
        )
        try none(
            "records stored twice",
            """
            SELECT data #>> '{station,readings,call}' FROM pipeline_data GROUP BY 1 HAVING count(*) > 1
            """
        )
        try none(
            "pipelines whose records are not one a run",
            """
            SELECT p.id, (SELECT count(*) FROM runs WHERE pipeline_id = p.id AND status = 'completed') AS runs, \
            (SELECT count(*) FROM pipeline_data WHERE pipeline_id = p.id) AS records FROM pipelines AS p \
            WHERE (SELECT count(*) FROM runs WHERE pipeline_id = p.id AND status = 'completed') \
            <> (SELECT count(*) FROM pipeline_data WHERE pipeline_id = p.id)
            """
        )
        let runs = try database.run(
            """
            SELECT p.name, count(r.id) FROM pipelines AS p LEFT JOIN runs AS r \
            ON r.pipeline_id = p.id AND r.status = 'completed' GROUP BY p.name
            """
        )
        #expect(runs.count == Self.pipelines)
        for row in runs {
            // A call whose node was killed before it could save has no run; no run is without its call.
            let saved = Int(row[1]) ?? 0
            #expect(saved > 0, "\(row[0]) never ran")
            #expect(calls[row[0]] ?? 0 >= saved, "\(row[0]): \(saved) runs of \(calls[row[0]] ?? 0) calls")
        }
    }

    private static func pipeline(_ number: Int, _ port: Int) -> JSONValue {
        [
            "name": .string("poll-\(number)"), "type": "polling", "interval_seconds": 1, "source_type": "http",
            "source_config": ["url": .string("http://127.0.0.1:\(port)/value/poll-\(number)")],
        ]
    }

    /// Nodes, not started, on an empty database.
    private func nodes(_ count: Int, _ body: ([DashServer], TestDatabase) async throws -> Void) async throws {
        let server = try #require(TestServers.timescale)
        try await TestDatabase.with(server) { database in
            let environment = TestServers.environment(database)
            try await DashServer.with(environment: environment, start: false) { first in
                try await DashServer.with(environment: environment, start: false) { second in
                    try await DashServer.with(environment: environment, start: false) { third in
                        try await body(Array([first, second, third].prefix(count)), database)
                    }
                }
            }
        }
    }
}
