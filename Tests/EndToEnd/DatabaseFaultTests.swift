import DashJSON
import Foundation
import Glibc
import TestSupport
import Testing

@Suite(
    "Faults of the database under load",
    .serialized,
    .enabled(if: DatabaseInstance.script != nil, "\(TestServers.hint)")
)
struct DatabaseFaultTests {
    private static let posters = 16

    @Test("the server crashes and restarts again and again")
    func restarts() async throws {
        let rounds = FaultScene.isSoak ? 20 : 3
        try await DatabaseInstance.with { instance in
            try await FaultScene.with(instance) { scene in
                try await scene.underLoad(posters: Self.posters) {
                    for _ in 1...rounds {
                        try await scene.progress(by: 300)
                        try await instance.crash()
                    }
                    try await scene.progress(by: 300)
                }
                try await scene.check(slow: Self.posters * rounds, "crashes")
            }
        }
    }

    @Test("the server is away: posts are refused within a moment, and taken again when it is back")
    func away() async throws {
        let outage = Duration.seconds(FaultScene.isSoak ? 30 : 6)
        try await DatabaseInstance.with(.postgres) { instance in
            try await FaultScene.with(instance) { scene in
                try await scene.underLoad(posters: Self.posters) {
                    try await scene.progress(by: 300)
                    try await instance.control("stop", "-m", "immediate", "-w")
                    try await scene.refusals(Self.posters)
                    let end = ContinuousClock.now + outage
                    while .now < end {
                        let started = ContinuousClock.now
                        let post = try await scene.team.ingest([["id": "away"]], into: scene.pipeline)
                        #expect(post.status == 503, "\(post.text)")
                        let page = try await scene.team.http.get("/api/v1/pipelines/\(scene.pipeline)/records")
                        #expect(page.status == 503, "\(page.text)")
                        #expect(.now - started < FaultScene.patience)
                        #expect(try await scene.team.http.get("/healthz").status == 200)
                        #expect(try await scene.team.http.get("/readyz").status == 503)
                    }
                    try await instance.start()
                    try await scene.progress(by: 300)
                }
                try await scene.check(slow: Self.posters, "away")
                #expect(try await scene.team.http.get("/readyz").status == 200)
            }
        }
    }

    @Test("connections are killed in the middle of a COPY")
    func killedCopies() async throws {
        let kills = FaultScene.isSoak ? 200 : 20
        try await DatabaseInstance.with { instance in
            try await FaultScene.with(instance) { scene in
                try await scene.underLoad(posters: 4, size: 1_000) {
                    try await scene.progress(by: 4_000)
                    let killed = try await instance.query(
                        """
                        CREATE FUNCTION pg_temp.kill_copies(wanted int) RETURNS int LANGUAGE plpgsql AS $$
                        DECLARE killed int := 0; hit int; stop timestamptz := clock_timestamp() + interval '150 seconds';
                        BEGIN
                            WHILE killed < wanted AND clock_timestamp() < stop LOOP
                                PERFORM pg_stat_clear_snapshot();
                                SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) INTO hit
                                FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'COPY pipeline\\_data%';
                                killed := killed + hit;
                                -- Between two kills some transactions get through.
                                PERFORM pg_sleep(CASE WHEN hit > 0 THEN 0.2 ELSE 0.001 END);
                            END LOOP;
                            RETURN killed;
                        END $$;
                        SELECT pg_temp.kill_copies(\(kills));
                        """,
                        within: .seconds(300)
                    )
                    #expect((Int(killed) ?? 0) >= kills / 4, "only \(killed) copies were killed")
                    try await scene.progress(by: 4_000)
                }
                try await scene.check(slow: 0, "killed copies")
            }
        }
    }

    @Test(
        "the disk is full, that of the data or that of the log too: a clear no, and yes again when there is room",
        .enabled(if: DatabaseInstance.canMount, "only root can mount a small file system"),
        arguments: [false, true]
    )
    func diskFull(logToo: Bool) async throws {
        let settings = ["max_wal_size=48MB", "min_wal_size=32MB"]
        try await DatabaseInstance.with(.postgres, disk: 400, settings: settings) { instance in
            if !logToo { try await moveLog(of: instance) }
            try await FaultScene.with(instance) { scene in
                try await scene.underLoad(posters: 8, size: 200, padding: 2_000) {
                    try await scene.progress(by: 400)
                    let filler = try Self.fillDisk(of: instance, leaving: 12 << 20)
                    try await scene.refusals(16)
                    #expect(try await scene.team.http.get("/healthz").status == 200)
                    try FileManager.default.removeItem(atPath: filler)
                    // Without room for its log the server stops itself; an operator starts it.
                    try await instance.start()
                    try await scene.progress(by: 400)
                }
                try await scene.check(slow: 8, logToo ? "disk full, log too" : "disk full")
            }
        }
    }

    @Test("every connection of the pools is held up: the others are refused, and served again afterwards")
    func exhausted() async throws {
        let pools = [
            "DASH_WRITE_POOL": "2", "DASH_READ_POOL": "2", "DASH_QUEUE_TARGET": "100", "DASH_QUEUE_INTERVAL": "100",
        ]
        try await DatabaseInstance.with(.postgres) { instance in
            try await FaultScene.with(instance, environment: pools) { scene in
                try await scene.underLoad(posters: Self.posters) {
                    try await scene.progress(by: 300)
                    let path = "/api/v1/pipelines/\(scene.pipeline)/records"
                    let lock = try HeldLock("LOCK TABLE pipeline_data", on: instance.database)
                    try await withThrowingTaskGroup(of: Reply.self) { group in
                        for _ in 0..<20 { group.addTask { try await scene.team.http.get(path) } }
                        var refused = 0
                        while refused < 18, let reply = try await group.next() {
                            #expect(reply.status == 503, "\(reply.text)")
                            #expect(reply[header: "retry-after"] != nil)
                            refused += 1
                        }
                        try await scene.refusals(Self.posters)
                        #expect(try await scene.team.http.get("/healthz").status == 200)
                        lock.release()
                        // The two that held the connections were only late.
                        for try await reply in group { #expect(reply.status == 200, "\(reply.text)") }
                    }
                    try await scene.progress(by: 300)
                    #expect(try await scene.team.http.get(path).status == 200)
                }
                try await scene.check(slow: Self.posters, "pools exhausted")
            }
        }
    }

    @Test("the server's processes stand still for a while: first one that serves a writer, then all")
    func standingStill() async throws {
        let pause = Duration.seconds(FaultScene.isSoak ? 20 : 5)
        try await DatabaseInstance.with { instance in
            try await FaultScene.with(instance) { scene in
                try await scene.underLoad(posters: Self.posters) {
                    try await scene.progress(by: 300)
                    let writer = try await eventually("a writer is busy", every: .milliseconds(5)) {
                        let busy = try instance.database.number(
                            """
                            SELECT coalesce(max(pid), -1) FROM pg_stat_activity WHERE application_name = 'dashd' \
                            AND backend_xid IS NOT NULL
                            """
                        )
                        return busy > 0 ? Int32(busy) : nil
                    }
                    try await holding([writer], for: pause)
                    try await scene.progress(by: 300)
                    try await holding(try instance.processes(), for: pause) {
                        try await scene.refusals(4)
                    }
                    try await scene.progress(by: 300)
                }
                try await scene.check(slow: Self.posters * 2, "standing still")
            }
        }
    }

    /// Stops processes for a while.
    private func holding(
        _ processes: [Int32],
        for pause: Duration,
        _ body: () async throws -> Void = {}
    ) async throws {
        for process in processes { Glibc.kill(process, SIGSTOP) }
        defer { for process in processes { Glibc.kill(process, SIGCONT) } }
        let end = ContinuousClock.now + pause
        try await body()
        try await ContinuousClock().sleep(until: end)
    }

    /// Gives the write-ahead log a place beside the small file system.
    private func moveLog(of instance: DatabaseInstance) async throws {
        try await instance.control("stop", "-m", "fast", "-w")
        let log = instance.data + "/pg_wal"
        let elsewhere = URL(filePath: instance.data).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "wal").path
        let files = FileManager.default
        let attributes = try files.attributesOfItem(atPath: log)
        try files.moveItem(atPath: log, toPath: elsewhere)
        for path in [elsewhere] + (try files.subpathsOfDirectory(atPath: elsewhere).map { "\(elsewhere)/\($0)" }) {
            try files.setAttributes(
                [.ownerAccountID: attributes[.ownerAccountID] as Any],
                ofItemAtPath: path
            )
        }
        try files.createSymbolicLink(atPath: log, withDestinationPath: elsewhere)
        try await instance.start()
    }

    /// Fills the server's file system up to so many bytes; the path of the file to remove.
    private static func fillDisk(of instance: DatabaseInstance, leaving room: Int) throws -> String {
        let attributes = try FileManager.default.attributesOfFileSystem(forPath: instance.data)
        let free = (attributes[.systemFreeSize] as? NSNumber)?.intValue ?? 0
        let filler = URL(filePath: instance.data).deletingLastPathComponent().appending(path: "filler").path
        let descriptor = open(filler, O_CREAT | O_WRONLY, 0o600)
        defer { close(descriptor) }
        try #require(posix_fallocate(descriptor, 0, off_t(max(0, free - room))) == 0, "no filler")
        return filler
    }
}
