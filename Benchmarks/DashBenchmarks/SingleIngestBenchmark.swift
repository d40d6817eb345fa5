/// Posts of one record over 64 connections, durable when acknowledged, against a POST that does nothing.
func singleIngestFigures(_ run: BenchRun) throws -> [Figure] {
    let dash = try DashUnderTest(run)
    defer { dash.server.stop(); dash.server.removeData() }
    let floor = try FloorServer.start()
    defer { floor.stop(); floor.removeData() }
    let pipeline = try dash.createRealtime("singles")
    let records = (0..<1_000).map { SampleRecords.record($0) }
    let headers = [dash.authorization, ("content-type", "application/json")]
    let posts = records.map { HTTPMessage.request("POST", "/ingest/\(pipeline)", headers: headers, body: $0) }
    let bare = records.map { HTTPMessage.request("POST", "/post", headers: headers, body: $0) }

    var durable: [Double] = []
    var floors: [Double] = []
    var p50: [Double] = []
    var p99: [Double] = []
    for _ in 0..<run.rounds {
        floors.append(try LoadClient(port: floor.port, connections: 64, requests: bare).run(seconds: run.seconds).rate)
        let result = try LoadClient(port: dash.server.port, connections: 64, requests: posts).run(seconds: run.seconds)
        guard result.accepted > 0 else { throw BenchError("nothing was accepted: \(result.refused)") }
        durable.append(result.rate)
        p50.append(result.latencies.percentile(0.5))
        p99.append(result.latencies.percentile(0.99))
    }
    return [
        Figure(
            name: "single-record ingest, 64 connections",
            value: durable.median,
            unit: "posts/s",
            floorName: "bare Hummingbird POST",
            floor: floors.median,
            target: .ratio(atLeast: 0.4),
            samples: durable
        ),
        Figure(name: "  its p50", value: p50.median, unit: "ms", samples: p50),
        Figure(name: "  its p99", value: p99.median, unit: "ms", samples: p99),
    ]
}
