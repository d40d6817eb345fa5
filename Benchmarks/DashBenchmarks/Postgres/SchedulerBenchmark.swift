import DashModel
import Foundation
import Synchronization

/// Ten thousand polling pipelines, each due every second, their due times spread evenly. Each due time is recorded with
/// its job in the database; the jobs are not run but taken away, so that the scheduler is what is measured.
func postgresSchedulerFigures(_ run: BenchRun) throws -> [Figure] {
    guard let server = run.database else { throw BenchError("DASH_BENCH_DATABASE_URL names no server") }
    let count = 10_000
    let database = try BenchDatabase(server, "schedule")
    defer { database.drop() }
    try database.migrate(run)
    let seconds = 10.0
    let recording = try scheduled(count, database, seconds, records: true)
    let alone = try scheduled(count, database, seconds, records: false)
    guard Double(recording.recorded) >= Double(count) * seconds * 0.98 else {
        throw BenchError("\(recording.recorded) of \(Double(count) * seconds) due times were recorded")
    }
    return [
        Figure(
            name: "10 000 pipelines at 1 s, the scheduler",
            value: alone.cores * 100,
            unit: "% of a core",
            target: .atMost(5)
        ),
        Figure(name: "  with its client of the database", value: recording.cores * 100, unit: "% of a core"),
        Figure(name: "  due → recorded with its job, p50", value: recording.p50, unit: "ms"),
        Figure(
            name: "  due → recorded with its job, p99",
            value: recording.p99,
            unit: "ms",
            target: .atMost(10)
        ),
    ]
}

private func scheduled(_ count: Int, _ database: BenchDatabase, _ seconds: Double, records: Bool) throws
    -> SchedulerProcess.Result
{
    let connection = try database.connect()
    // The first due times are when all are loaded.
    let first = SystemClock().now + .seconds(12)
    try connection.rows(
        """
        DELETE FROM teams; DELETE FROM jobs;
        INSERT INTO teams (id, name, slug, storage_limit_gb, inserted_at, updated_at)
            VALUES (gen_random_uuid(), 'bench', 'bench', 100, now(), now());
        INSERT INTO pipelines (id, team_id, name, type, status, interval_seconds, misfire_policy, source_type,
                source_config, persist_data, failure_count, inserted_at, updated_at, next_run_at)
            SELECT gen_random_uuid(), teams.id, 'pipeline ' || n, 'polling', 'active', 1, 'latest', 'system',
                '"{}"', true, 0, at, at, at
            FROM teams, generate_series(0, \(count - 1)) AS n,
                LATERAL (SELECT '\(first.text)'::timestamptz + n * interval '1 second' / \(count)) AS t (at);
        ANALYZE pipelines; CHECKPOINT
        """
    )
    let isOver = Atomic(false)
    let url = database.url
    let drain = Thread {
        guard let connection = try? DatabaseConnection(url) else { return }
        while !isOver.load(ordering: .relaxed) {
            // By an index, as a runner takes them: what is measured shares the machine with this.
            _ = try? connection.rows(
                """
                DELETE FROM jobs WHERE queue = 'poll' AND scheduled_at < now() - interval '100 ms' \
                AND lease_token IS NULL AND finished_at IS NULL
                """
            )
            usleep(100_000)
        }
    }
    drain.start()
    defer { isOver.store(true, ordering: .relaxed) }
    return try SchedulerProcess.measure(database, from: first + .seconds(2), seconds: seconds, records: records)
}
