/// Posts of one record, durable when acknowledged, against a POST that does nothing; their latency at a steady pace; and
/// their rate where every commit takes five milliseconds more.
func postgresSingleFigures(_ run: BenchRun) throws -> [Figure] {
    let test = try PostgresUnderTest(run, "single")
    defer { test.end() }
    let bare = try FloorServer.start()
    defer { bare.stop(); bare.removeData() }
    let posts = test.posts(of: 1)
    let headers = [test.dash.authorization, ("content-type", "application/json")]
    let noOps = (0..<1_000).map {
        HTTPMessage.request("POST", "/post", headers: headers, body: SampleRecords.record($0))
    }
    let counts: [(connections: Int, least: Double)] = [(64, 0.5), (256, 0.6)]

    var floors = counts.map { _ in [Double]() }
    var rates = counts.map { _ in [Double]() }
    var p50: [Double] = []
    var p99: [Double] = []
    var delayed: [Double] = []
    for _ in 0..<run.rounds {
        for (index, count) in counts.enumerated() {
            let client = try LoadClient(port: bare.port, connections: count.connections, requests: noOps)
            floors[index].append(try client.run(seconds: run.seconds).rate)
            client.close()
            rates[index].append(try test.window(posts, count.connections, run).rate)
        }
        try test.database.clear()
        let client = try LoadClient(port: test.dash.server.port, connections: 64, requests: posts)
        let paced = try client.run(pace: 2_000, seconds: run.seconds)
        client.close()
        guard paced.refused.isEmpty, paced.rate > 1_900 else {
            throw BenchError("at 2,000 posts/s \(paced.rate.short) were accepted, refused were \(paced.refused)")
        }
        p50.append(paced.latencies.percentile(0.5))
        p99.append(paced.latencies.percentile(0.99))
        delayed.append(
            try test.server.with([("commit_delay", "5000"), ("commit_siblings", "0")]) {
                try test.window(posts, 64, run).rate
            }
        )
    }
    let ingests = counts.enumerated().map { index, count in
        Figure(
            name: "single-record posts, \(count.connections) connections",
            value: rates[index].median,
            unit: "posts/s",
            floorName: "bare Hummingbird POST",
            floor: floors[index].median,
            target: .ratio(atLeast: count.least),
            samples: rates[index]
        )
    }
    return ingests + [
        Figure(name: "  p50 at 2 000 posts/s", value: p50.median, unit: "ms", samples: p50),
        Figure(name: "  p99 at 2 000 posts/s", value: p99.median, unit: "ms", target: .atMost(15), samples: p99),
        Figure(
            name: "  64 connections, commits delayed by 5 ms",
            value: delayed.median,
            unit: "posts/s",
            target: .atLeast(5_000),
            samples: delayed
        ),
    ]
}
