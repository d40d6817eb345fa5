import Foundation

/// Posts of 1,000 and of 100 records into fifty pipelines that map, validate and count, durable when acknowledged,
/// against bare COPY of the same rows; and what share of the processors' time is Dash's.
func postgresBatchFigures(_ run: BenchRun) throws -> [Figure] {
    let test = try PostgresUnderTest(run, "batch")
    defer { test.end() }
    let floor = try test.floor()
    let kinds = [1_000, 100].flatMap { size in [16, 64].map { (size: size, connections: $0) } }
    let posts = [1_000: test.posts(of: 1_000), 100: test.posts(of: 100)]

    var floors: [Double] = []
    var rates = kinds.map { _ in [Double]() }
    var application: [Double] = []
    var machine: [Double] = []
    for _ in 0..<run.rounds {
        try floor.database.clear()
        floors.append(try floor.rate(seconds: run.seconds))
        for (index, kind) in kinds.enumerated() {
            let load = try test.window(posts[kind.size] ?? [], kind.connections, run)
            rates[index].append(load.rate * Double(kind.size))
            guard kind == (1_000, 64) else { continue }
            application.append(load.application / load.rows * 1e6)
            machine.append((load.application + load.database) / load.rows * 1e6)
        }
    }
    let ingests = kinds.enumerated().map { index, kind in
        Figure(
            name: "posts of \(Double(kind.size).short), \(kind.connections) connections",
            value: rates[index].median,
            unit: "records/s",
            floorName: "bare COPY, 2 × 10 000 rows",
            floor: floors.median,
            target: .ratio(atLeast: kind.size == 1_000 ? 0.75 : 0.65),
            samples: rates[index]
        )
    }
    return ingests + [
        Figure(
            name: "  dashd's processor time a row, of 1 000 at 64",
            value: application.median,
            unit: "µs",
            floorName: "µs with PostgreSQL's",
            floor: machine.median,
            target: .ratioAtMost(0.15),
            samples: application
        )
    ]
}

extension PostgresUnderTest {
    /// Accepted posts a second, and the processor seconds of the whole time, warm-up included.
    struct Window {
        var rate: Double
        var rows: Double
        var application: Double
        var database: Double
    }

    func window(_ requests: [[UInt8]], _ connections: Int, _ run: BenchRun) throws -> Window {
        try database.clear()
        let before = (application: dash.server.cpuSeconds, database: server.cpuSeconds)
        let client = try LoadClient(port: dash.server.port, connections: connections, requests: requests)
        let result = try client.run(seconds: run.seconds)
        client.close()
        guard result.accepted > 0, result.refused.isEmpty else {
            throw BenchError("\(result.accepted) posts were accepted, refused were \(result.refused)")
        }
        // What was under way when the client left is finished, so that it is neither lost from the time nor in the way.
        usleep(300_000)
        let after = (application: dash.server.cpuSeconds, database: server.cpuSeconds)
        return Window(
            rate: result.rate,
            rows: Double(try database.recordCount),
            application: after.application - before.application,
            database: after.database - before.database
        )
    }
}
