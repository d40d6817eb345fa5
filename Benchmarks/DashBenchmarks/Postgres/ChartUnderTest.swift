import DashJSON
import DashModel
import Foundation

/// A chart of a day by minutes, asked over HTTP, as a dashboard does, and by hand.
struct ChartUnderTest {
    struct Times {
        var dash: [Double] = []
        /// The quickest of the hand-written statements.
        var floor: Double = 0
        var answer: JSONValue = .null
    }

    let test: PostgresUnderTest
    let pipeline: String
    let from: Timestamp
    let to: Timestamp

    private static let minutes = 1_440

    private var query: JSONValue {
        [
            "pipeline_id": .string(pipeline),
            "fields": [["path": "value", "as": "value", "aggregate": "avg"]],
            "bucket": "1m", "limit": 2_000,
            "range": ["from": .string(from.text), "to": .string(to.text)],
        ]
    }

    private var handWritten: [String] {
        let range = "pipeline_id = '\(pipeline)' AND ingested_at >= '\(from.text)' AND ingested_at < '\(to.text)'"
        return ["date_trunc('minute', ingested_at)", "date_bin('1 minute', ingested_at, '2000-01-01')"]
            .flatMap { bucket in
                ["(data ->> 'value')::float8", "(data -> 'value')::float8"].map { value in
                    "SELECT \(bucket), avg(\(value)) FROM pipeline_data WHERE \(range) GROUP BY 1 ORDER BY 1"
                }
            }
    }

    /// In turns, after one round that doesn't count.
    func measure(_ connection: DatabaseConnection, rounds: Int, rolledUp: Bool) throws -> Times {
        let statements = handWritten
        var floors = statements.map { _ in [Double]() }
        var times = Times()
        for round in 0...rounds {
            for (index, sql) in statements.enumerated() {
                let start = monotonicSeconds()
                guard try connection.count(sql) >= Self.minutes else { throw BenchError("too few minutes") }
                if round > 0 { floors[index].append((monotonicSeconds() - start) * 1_000) }
            }
            let start = monotonicSeconds()
            let body = try test.dash.http.exchange("POST", "/api/v1/query", query).body
            if round > 0 { times.dash.append((monotonicSeconds() - start) * 1_000) }
            times.answer = try JSONValue(parsing: body)
            guard (times.answer["meta"]?["rolled_up"]?.boolValue ?? false) == rolledUp else {
                throw BenchError(rolledUp ? "the roll-ups were not read" : "the roll-ups were read")
            }
        }
        times.floor = floors.map(\.median).min() ?? 0
        return times
    }

    /// Saves a widget that shows the chart, and waits until the roll-ups that it reads are filled.
    func rollUp(_ connection: DatabaseConnection) throws {
        let dashboard = try test.dash.create("dashboards", ["name": "charts", "slug": "charts"])
        _ = try test.dash.create(
            "widgets",
            [
                "type": "line_chart", "config": [:], "position": ["x": 0, "y": 0, "w": 12, "h": 4],
                "data_query": query,
            ],
            of: ("dashboard", dashboard)
        )
        let deadline = monotonicSeconds() + 120
        while try connection.value("SELECT state FROM rolled_fields WHERE pipeline_id = '\(pipeline)'") != "ready" {
            guard monotonicSeconds() < deadline else { throw BenchError("the roll-ups were not filled") }
            Thread.sleep(forTimeInterval: 0.05)
        }
    }

    /// Every minute of both must agree, but for the order in which doubles were added.
    static func compare(_ answer: JSONValue, _ expected: JSONValue) throws {
        let (left, right) = (rows(answer), rows(expected))
        guard left.count >= minutes, left.count == right.count else { throw BenchError("minutes are missing") }
        for (one, other) in zip(left, right) {
            guard one.first == other.first, let value = one.last?.doubleValue, let raw = other.last?.doubleValue,
                abs(value - raw) <= 1e-9 * max(abs(raw), 1)
            else { throw BenchError("the roll-ups answer \(one), the rows \(other)") }
        }
    }

    private static func rows(_ answer: JSONValue) -> [[JSONValue]] {
        answer["data"]?["rows"]?.arrayValue?.compactMap(\.arrayValue) ?? []
    }
}
