import DashJSON

/// Posts of 1,000 records, durable when acknowledged, against bare inserts of the same rows.
func batchIngestFigures(_ run: BenchRun) throws -> [Figure] {
    let size = 1_000
    let dash = try DashUnderTest(run)
    defer { dash.server.stop(); dash.server.removeData() }
    let pipeline = try dash.createRealtime("batches")
    let requests = (0..<16).map { index in
        HTTPMessage.request(
            "POST",
            "/ingest/\(pipeline)",
            headers: [dash.authorization, ("content-type", "application/json")],
            body: SampleRecords.batch(size, from: index * size)
        )
    }
    let rows = (0..<size).map { SampleRecords.record($0) }
    let floor = try SQLiteFloor()

    var statements: [Double] = []
    var arguments: [Double] = []
    var few: [Double] = []
    var many: [Double] = []
    var cpu: [Double] = []
    for _ in 0..<run.rounds {
        statements.append(try floor.statementRate(batch: rows, seconds: run.seconds))
        few.append(try rate(dash, 16, requests, size, run))
        arguments.append(try floor.argumentsRate(batch: rows, seconds: run.seconds))
        let before = dash.server.cpuSeconds
        many.append(try rate(dash, 64, requests, size, run))
        cpu.append((dash.server.cpuSeconds - before) / (run.seconds + 0.5))
    }
    return [
        Figure(
            name: "batch ingest, 16 connections",
            value: few.median,
            unit: "records/s",
            floorName: "GRDB, statement bound directly",
            floor: statements.median,
            target: .ratio(atLeast: 0.7),
            samples: few
        ),
        Figure(
            name: "batch ingest, 64 connections",
            value: many.median,
            unit: "records/s",
            floorName: "GRDB, statement bound directly",
            floor: statements.median,
            target: .ratio(atLeast: 0.7),
            samples: many
        ),
        Figure(
            name: "  the same",
            value: many.median,
            unit: "records/s",
            floorName: "GRDB, statement arguments",
            floor: arguments.median,
            target: .ratio(atLeast: 0.7),
            samples: arguments
        ),
        Figure(name: "  its processor use", value: cpu.median, unit: "cores", samples: cpu),
    ]
}

private func rate(_ dash: DashUnderTest, _ connections: Int, _ requests: [[UInt8]], _ size: Int, _ run: BenchRun) throws
    -> Double
{
    let result = try LoadClient(port: dash.server.port, connections: connections, requests: requests).run(
        seconds: run.seconds
    )
    guard result.accepted > 0 else { throw BenchError("nothing was accepted: \(result.refused)") }
    return result.rate * Double(size)
}
