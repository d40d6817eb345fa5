import DashJSON
import Foundation
import TestSupport
import Testing

@Suite(
    "Faults of a replica and of its primary",
    .serialized,
    .enabled(if: DatabaseInstance.script != nil, "\(TestServers.hint)")
)
struct ReplicaFaultTests {
    private static let posters = 8

    @Test("the primary is away: readers get old data from the replica, a live stream goes on, posts are refused")
    func primaryAway() async throws {
        let outage = Duration.seconds(FaultScene.isSoak ? 30 : 8)
        try await scene { scene, _ in
            try await LiveStream.with(scene.team.http, "/live/pipelines/\(scene.pipeline)") { stream in
                let before = try await scene.team.ingest([["id": "before"]], into: scene.pipeline)
                #expect(before.status == 202, "\(before.text)")
                try await eventually("the stream has it") { stream.has("\"before\"") ? true : nil }
                try await waitForReplica(scene)

                try await scene.instance.control("stop", "-m", "fast", "-w")
                let end = ContinuousClock.now + outage
                while .now < end {
                    let started = ContinuousClock.now
                    let page = try await scene.team.http.get("/api/v1/pipelines/\(scene.pipeline)/records")
                    try #require(page.status == 200, "\(page.text)")
                    #expect(page.text.contains("\"before\""))
                    let reply = try await scene.team.ingest([["id": "refused"]], into: scene.pipeline)
                    #expect(reply.status == 503, "\(reply.text)")
                    #expect(reply[header: "retry-after"] != nil)
                    #expect(.now - started < FaultScene.patience)
                    #expect(stream.isOpen)
                }
                try await scene.instance.start()
                try await eventually("posts are taken again") {
                    try await scene.team.ingest([["id": "after"]], into: scene.pipeline).status == 202 ? true : nil
                }
                try await eventually("the same stream has them") { stream.has("\"after\"") ? true : nil }
            }
        }
    }

    @Test("the primary crashes with what the replica lacks: readers get what the replica has, however long it lasts")
    func primaryCrashesAhead() async throws {
        try await scene(environment: ["DASH_REPLICA_LAG": "20"]) { scene, replica in
            let path = "/api/v1/pipelines/\(scene.pipeline)/records"
            let before = try await scene.team.ingest([["id": "before"]], into: scene.pipeline)
            #expect(before.status == 202, "\(before.text)")
            try await waitForReplica(scene)
            try await replica.query("SELECT pg_wal_replay_pause()")
            let lacking = try await scene.team.ingest([["id": "lacking"]], into: scene.pipeline)
            #expect(lacking.status == 202, "\(lacking.text)")
            try await eventually("the replica is known to be behind") {
                let state = try await replicaState(scene)
                return state.hasPrefix("ok") && !state.contains("ok, 0.0 s") ? true : nil
            }
            try await scene.instance.control("stop", "-m", "immediate", "-w")
            // Longer than a replica may lag.
            let end = ContinuousClock.now + .seconds(25)
            while .now < end {
                let page = try await scene.team.http.get(path)
                try #require(page.status == 200, "\(page.text)")
                #expect(page.text.contains("\"before\""))
            }
            try await scene.instance.start()
            try await replica.query("SELECT pg_wal_replay_resume()")
            try await eventually("what was acknowledged is there") {
                try await scene.team.http.get(path).text.contains("\"lacking\"") ? true : nil
            }
        }
    }

    @Test("a crash of the primary under load: every answer to a reader is data or a clear no")
    func primaryCrashes() async throws {
        try await scene { scene, _ in
            try await scene.underLoad(posters: Self.posters) {
                try await scene.progress(by: 300)
                try await scene.instance.control("stop", "-m", "immediate", "-w")
                try await scene.refusals(Self.posters)
                for _ in 0..<20 {
                    let started = ContinuousClock.now
                    let page = try await scene.team.http.get("/api/v1/pipelines/\(scene.pipeline)/records")
                    #expect(page.status == 200 || page.status == 503, "\(page.text)")
                    #expect(.now - started < FaultScene.patience)
                }
                try await scene.instance.start()
                try await scene.progress(by: 300)
            }
            try await scene.check(slow: Self.posters, "crash of the primary")
        }
    }

    @Test("the replica lags, then is away: whoever wrote reads it, and the replica serves again afterwards")
    func replicaBehind() async throws {
        try await scene(environment: ["DASH_REPLICA_LAG": "3"]) { scene, replica in
            let quiet = try await scene.team.createRealtime("quiet")
            try await scene.underLoad(posters: Self.posters) {
                try await replica.query("SELECT pg_wal_replay_pause()")
                try await eventually("the lag is noticed") {
                    try await replicaState(scene).contains("the primary serves") ? true : nil
                }
                try await readOwnWrites(scene, quiet, "lagged", 20)
                try await replica.query("SELECT pg_wal_replay_resume()")
                try await eventually("the replica serves again") {
                    try await replicaState(scene).hasPrefix("ok") ? true : nil
                }
                try await readOwnWrites(scene, quiet, "caught-up", 10, atOnce: false)

                try await replica.control("stop", "-m", "immediate", "-w")
                try await readOwnWrites(scene, quiet, "alone", 20)
                try await eventually("the fall is noticed") {
                    try await replicaState(scene).contains("no answer") ? true : nil
                }
                try await replica.start()
                try await eventually("the replica is back") {
                    try await replicaState(scene).hasPrefix("ok") ? true : nil
                }
                try await readOwnWrites(scene, quiet, "together", 10, atOnce: false)
            }
            try await scene.check(slow: 0, "replica lagging and away")
            #expect(scene.answers.refused == 0, "posts don't need the replica: \(scene.answers.summary)")
        }
    }

    /// Posts records one by one and finds each: at once when the primary answers, soon when a replica within its bound
    /// does, as posting and reading are two requests.
    private func readOwnWrites(
        _ scene: FaultScene,
        _ pipeline: String,
        _ name: String,
        _ count: Int,
        atOnce: Bool = true
    ) async throws {
        let path = "/api/v1/pipelines/\(pipeline)/records?page%5Bsize%5D=200"
        for number in 0..<count {
            let id = "\(name)-own-\(number)"
            let reply = try await scene.team.ingest([["id": .string(id)]], into: pipeline)
            #expect(reply.status == 202, "\(reply.text)")
            try await eventually("\(id) can be read by who wrote it", within: atOnce ? .zero : .seconds(120)) {
                let page = try await scene.team.http.get(path)
                #expect(page.status == 200, "\(page.text)")
                return page.text.contains("\"\(id)\"") ? true : nil
            }
        }
    }

    private func replicaState(_ scene: FaultScene) async throws -> String {
        let checks = try await scene.team.http.get("/readyz").json["checks"]?.objectValue?.members ?? []
        return checks.first { $0.0.hasPrefix("replica") }?.1.stringValue ?? ""
    }

    /// Until the replica has all that the primary has.
    private func waitForReplica(_ scene: FaultScene) async throws {
        try await eventually("the replica has everything") {
            let behind = try scene.instance.database.number(
                """
                SELECT count(*) FILTER (WHERE replay_lsn IS DISTINCT FROM pg_current_wal_lsn()) + \
                CASE WHEN count(*) = 0 THEN 1 ELSE 0 END FROM pg_stat_replication
                """
            )
            return behind == 0 ? true : nil
        }
    }

    /// A primary, its replica, and a dashd that reads from the replica.
    private func scene(
        environment: [String: String] = [:],
        _ body: (FaultScene, DatabaseInstance) async throws -> Void
    ) async throws {
        try await DatabaseInstance.with { primary in
            try await DatabaseInstance.with(.replica, of: primary) { replica in
                let environment = environment.merging(["DASH_REPLICA_URLS": replica.url]) { $1 }
                try await FaultScene.with(primary, environment: environment) { scene in
                    try await eventually("the replica serves") {
                        try await replicaState(scene).hasPrefix("ok") ? true : nil
                    }
                    try await body(scene, replica)
                }
            }
        }
    }
}
