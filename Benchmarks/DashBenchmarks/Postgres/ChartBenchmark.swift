import DashJSON
import DashModel
import Foundation

/// The chart of a day by minutes, of one of fifty pipelines that have five million records between them: against the
/// best SQL that a person would write over the same rows.
func postgresChartFigures(_ run: BenchRun) throws -> [Figure] {
    let test = try PostgresUnderTest(run, "chart")
    defer { test.end() }
    let count = 5_000_000
    let end = SystemClock().now - .seconds(60)
    let start = end - .seconds(86_400)
    let ids = test.pipelines.compactMap { UUID(uuidString: $0) }
    let began = monotonicSeconds()
    let filler = CopyFloor(database: test.database, groups: try test.groups())
    guard try filler.fill(count, pipelines: ids, from: start, to: end) == count else {
        throw BenchError("rows are missing")
    }
    let connection = try test.database.connect()
    try connection.rows("ANALYZE pipeline_data")
    try connection.rows("CHECKPOINT")
    let loading = monotonicSeconds() - began

    let pipeline = test.pipelines[17]
    let range = "pipeline_id = '\(pipeline)' AND ingested_at >= '\(start.text)' AND ingested_at < '\(end.text)'"
    let handWritten = ["date_trunc('minute', ingested_at)", "date_bin('1 minute', ingested_at, '2000-01-01')"]
        .flatMap { bucket in
            ["(data ->> 'value')::float8", "(data -> 'value')::float8"].map { value in
                "SELECT \(bucket), avg(\(value)) FROM pipeline_data WHERE \(range) GROUP BY 1 ORDER BY 1"
            }
        }
    let query: JSONValue = [
        "pipeline_id": .string(pipeline),
        "fields": [["path": "value", "as": "value", "aggregate": "avg"]],
        "bucket": "1m", "limit": 2_000,
        "range": ["from": .string(start.text), "to": .string(end.text)],
    ]
    let rounds = max(5, run.rounds)
    var floors = handWritten.map { _ in [Double]() }
    var raw: [Double] = []
    for round in 0...rounds {
        for (index, sql) in handWritten.enumerated() {
            let time = try milliseconds {
                guard try connection.count(sql) >= 1_440 else { throw BenchError("too few minutes") }
            }
            if round > 0 { floors[index].append(time) }
        }
        let time = try milliseconds { try test.ask(query, rolledUp: false) }
        if round > 0 { raw.append(time) }
    }
    let best = floors.map(\.median).min() ?? 0
    return [
        Figure(
            name: "24 h by minutes, of 5 000 000 rows",
            value: raw.median,
            unit: "ms",
            floorName: "ms by hand-written SQL",
            floor: best,
            target: .ratioAtMost(1.2),
            samples: raw
        ),
        Figure(name: "  loading them", value: loading, unit: "s", target: .atMost(60)),
    ]
}

private func milliseconds(_ body: () throws -> Void) rethrows -> Double {
    let start = monotonicSeconds()
    try body()
    return (monotonicSeconds() - start) * 1_000
}

extension PostgresUnderTest {
    /// Asks over HTTP, as a dashboard does.
    func ask(_ query: JSONValue, rolledUp: Bool) throws {
        let answer = try dash.http.send("POST", "/api/v1/query", query).json
        guard answer["data"]?["rows"]?.arrayValue?.count ?? 0 >= 1_440 else { throw BenchError("too few minutes") }
        guard (answer["meta"]?["rolled_up"]?.boolValue ?? false) == rolledUp else {
            throw BenchError(rolledUp ? "the roll-ups were not read" : "the roll-ups were read")
        }
    }
}
