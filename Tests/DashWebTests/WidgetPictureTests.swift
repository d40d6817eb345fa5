import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import Testing

@testable import DashWeb

/// What a widget shows first, before any script: from the roles of its answer's columns.
@Suite("Pictures of widgets")
struct WidgetPictureTests {
    private static let start = Timestamp(seconds: 1_790_000_000)

    private func result(
        _ columns: [(String, String, DataResult.Role)],
        _ rows: [[JSONValue]],
        groups: DataResult.Groups? = nil,
        isTruncated: Bool = false
    ) -> DataResult {
        DataResult(
            columns: columns.map { DataResult.Column(name: $0.0, type: $0.1, role: $0.2) },
            rows: rows,
            bucketWidth: .seconds(60),
            from: Self.start,
            to: Self.start + .seconds(600),
            isTruncated: isTruncated,
            groups: groups
        )
    }

    private func view(_ type: String, _ result: DataResult, _ config: JSONValue = [:]) -> ViewData {
        let row = ResourceRow(id: .v7(), values: ["type": .string(type), "config": config])
        let answer = WidgetAnswer(WidgetDefinition(row), result: result, duration: .zero)
        return WidgetView.data(row, answer: answer.content, mayEdit: false)
    }

    private func bars(_ data: ViewData) -> [[String]] {
        (data["bars"] as? [ViewData] ?? []).map { bar in
            ["name", "x", "w", "zero", "figure"].map { bar[$0].map { "\($0)" } ?? "" }
        }
    }

    private func time(_ minute: Int) -> JSONValue { .string((Self.start + .seconds(60 * minute)).text) }

    @Test("a group of numbers names the bars, and is not drawn as one")
    func numericGroups() {
        let answer = result(
            [("status", "number", .group), ("metric", "number", .measure)],
            [[200, 30], [404, 20], [500, 10]]
        )
        let drawn = bars(view("bar_chart", answer))
        #expect(drawn.map { $0[0] } == ["200", "404", "500"])
        #expect(drawn.map { $0[4] } == ["30", "20", "10"])
        #expect(drawn.map { $0[2] } == ["100.0", "66.7", "33.3"])
        let card = view("stat_card", answer)
        #expect(card["figure"] as? String == "10" && card["label"] as? String == "metric")
    }

    @Test("bars go from zero to either side on one scale")
    func signs() {
        let columns: [(String, String, DataResult.Role)] = [("k", "string", .group), ("v", "number", .measure)]
        let mixed = bars(view("bar_chart", result(columns, [["a", 30], ["b", -10], ["c", 0], ["d", .null]])))
        #expect(
            mixed.map { [$0[1], $0[2]] } == [["25.0", "75.0"], ["0.0", "25.0"], ["25.0", "0.0"], ["25.0", "0.0"]]
        )
        #expect(mixed.allSatisfy { $0[3] == "25.0" })
        #expect(mixed.map { $0[4] } == ["30", "-10", "0", "–"])
        let negative = bars(view("bar_chart", result(columns, [["a", -1], ["b", -2.9]])))
        #expect(negative.map { [$0[1], $0[2], $0[3]] } == [["65.5", "34.5", "100.0"], ["0.0", "100.0", "100.0"]])
        let large = bars(view("bar_chart", result(columns, [["a", 1.797e308], ["b", -1.797e308]])))
        #expect(large.map { $0[2] } == ["50.0", "50.0"])
    }

    @Test("ids keep their digits in tables, cards and names of bars")
    func exactDigits() throws {
        let id = try JSONValue(parsing: "1269943055849660418")
        let table = view("table", result([("id", "number", .measure), ("v", "number", .measure)], [[id, 0.00042]]))
        let cells = ((table["rows"] as? [ViewData])?.first?["cells"] as? [ViewData] ?? []).map {
            $0["value"] as? String
        }
        #expect(cells == ["1,269,943,055,849,660,418", "0.00042"])
        let card = view("stat_card", result([("id", "number", .measure)], [[id]]))
        #expect(card["figure"] as? String == "1,269,943,055,849,660,418")
        let named = bars(view("bar_chart", result([("id", "number", .group), ("n", "number", .measure)], [[id, 1]])))
        #expect(named.first?.first == "1269943055849660418")
        let widget = WidgetDefinition(ResourceRow(id: .v7(), values: ["type": "table"]))
        let frame = WidgetFrame(
            widget,
            result: result([("a", "string", .group), ("id", "number", .measure)], [["x", id]])
        )
        let sent = try JSONValue(parsing: frame.bytes)
        #expect(sent["data"]?["exact"] == [[0, 1, "1269943055849660418"]])
        #expect(sent["data"]?["columns"]?.arrayValue?.map { $0["role"] } == ["group", "measure"])
    }

    @Test("each group has its own line, its own colour, over the whole range")
    func lines() throws {
        let rows = (0...10).flatMap { minute in
            ["Oslo", "Turku"].map { [time(minute), .string($0), .number(JSONNumber(minute))] }
        }
        let answer = result(
            [("time", "time", .time), ("station", "string", .group), ("v", "number", .measure)],
            rows
        )
        let data = view("line_chart", answer)
        let series = try #require(data["series"] as? [ViewData])
        let slots = SeriesColour.slots(of: ["Oslo", "Turku"])
        #expect(series.map { $0["slot"] as? Int } == [slots["Oslo"], slots["Turku"]])
        let points = try #require(series.first?["points"] as? String).split(separator: " ")
        #expect(points.count == 11 && points.first == "0.0,38.0" && points.last == "100.0,2.0")
        #expect(data["leftOut"] as? Bool == false)
        // One point is a dot and not nothing.
        let one = view("line_chart", result([("time", "time", .time), ("v", "number", .measure)], [[time(5), 3]]))
        let dot = try #require((one["series"] as? [ViewData])?.first)
        #expect(dot["points"] as? String == "50.0,20.0 50.0,20.0" && dot["isDot"] as? Bool == true)
        #expect(series.allSatisfy { $0["isDot"] as? Bool == false })
    }

    @Test("columns over time stand on zero when all are negative")
    func negativeColumns() throws {
        let answer = result(
            [("time", "time", .time), ("v", "number", .measure)],
            [[time(1), -1], [time(2), -2]]
        )
        let series = try #require(view("bar_chart", answer)["series"] as? [ViewData])
        let rects = try #require(series.first?["rects"] as? [ViewData])
        #expect(rects.map { $0["y"] as? String } == ["2.0", "2.0"])
        #expect(rects.map { $0["h"] as? String } == ["18.0", "36.0"])
    }

    @Test("what is left out is said")
    func leftOut() throws {
        let columns: [(String, String, DataResult.Role)] = [
            ("time", "time", .time), ("station", "string", .group), ("v", "number", .measure),
        ]
        let rows = (0..<12).map { [time(1), JSONValue.string("s\($0)"), .number(JSONNumber($0))] }
        let whole = result(columns, rows, groups: .init(shown: 12, total: 12))
        let chart = view("line_chart", whole)
        #expect(chart["leftOut"] as? String == "10 of 12 shown")
        #expect((chart["series"] as? [ViewData])?.count == 10)
        let cut = view("line_chart", result(columns, rows, groups: .init(shown: 12, total: 40), isTruncated: true))
        #expect(cut["leftOut"] as? String == "10 of 40 shown")
        let kinds: [(String, String, DataResult.Role)] = [("k", "number", .group), ("v", "number", .measure)]
        let many = (0..<60).map { [JSONValue.number(JSONNumber($0)), 1] }
        let bars = view("bar_chart", result(kinds, many, groups: .init(shown: 60, total: 60)))
        #expect(bars["leftOut"] as? String == "50 of 60 shown")
        #expect((bars["bars"] as? [ViewData])?.count == 50)
        let table = view("table", result([("v", "number", .measure)], Array(repeating: [1], count: 101)))
        #expect(table["leftOut"] as? String == "100 rows shown, there are more")
        let frame = WidgetFrame(
            WidgetDefinition(ResourceRow(id: .v7(), values: ["type": "line_chart"])),
            result: result(columns, rows, groups: .init(shown: 12, total: 40), isTruncated: true)
        )
        let meta = try JSONValue(parsing: frame.bytes)["meta"]
        #expect(meta?["truncated"] == true)
        #expect(meta?["groups"] == ["shown": 12, "total": 40])
        #expect(meta?["bucket"] == "1m")
    }
}
