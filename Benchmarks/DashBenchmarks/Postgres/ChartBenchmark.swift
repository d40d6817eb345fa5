import DashJSON
import DashModel
import Foundation

/// The chart of a day by minutes, of one of fifty pipelines that have five million records between them: from the rows
/// and from roll-ups, against the best SQL that a person would write over the rows.
func postgresChartFigures(_ run: BenchRun) throws -> [Figure] {
    let test = try PostgresUnderTest(run, "chart")
    defer { test.end() }
    let count = 5_000_000
    let end = SystemClock().now - .seconds(60)
    let start = end - .seconds(86_400)
    let ids = test.pipelines.compactMap { UUID(uuidString: $0) }
    var began = monotonicSeconds()
    let filler = CopyFloor(database: test.database, groups: try test.groups())
    guard try filler.fill(count, pipelines: ids, from: start, to: end) == count else {
        throw BenchError("rows are missing")
    }
    let connection = try test.database.connect()
    try connection.rows("SELECT setval('pipeline_data_id_seq', \(count))")
    try connection.rows("ANALYZE pipeline_data")
    try connection.rows("CHECKPOINT")
    let loading = monotonicSeconds() - began

    let chart = ChartUnderTest(test: test, pipeline: test.pipelines[17], from: start, to: end)
    let rounds = max(5, run.rounds)
    let rows = try chart.measure(connection, rounds: rounds, rolledUp: false)
    began = monotonicSeconds()
    try chart.rollUp(connection)
    let filling = monotonicSeconds() - began
    let rollups = try chart.measure(connection, rounds: rounds, rolledUp: true)
    try ChartUnderTest.compare(rollups.answer, rows.answer)
    return [
        figure("24 h by minutes, of 5 000 000 rows", rows, .ratioAtMost(1.2)),
        figure("  the same from roll-ups", rollups, .ratioAtMost(0.05)),
        Figure(name: "  loading them", value: loading, unit: "s", target: .atMost(60)),
        Figure(name: "  filling the roll-ups of 100 000 of them", value: filling, unit: "s"),
    ]
}

private func figure(_ name: String, _ times: ChartUnderTest.Times, _ target: Figure.Target) -> Figure {
    Figure(
        name: name,
        value: times.dash.median,
        unit: "ms",
        floorName: "ms by hand-written SQL",
        floor: times.floor,
        target: target,
        samples: times.dash
    )
}
