import DashJSON
import DashModel
import DashSQLite
import DashStorage
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import DashAPI
@testable import DashWeb

@Suite("Widget form")
struct WidgetFormTests {
    static let records = [#"{"station":"north","value":21.5}"#, #"{"station":"south","value":24}"#]

    /// A member's browser, the dashboard's address, and a look at its stored widgets.
    private func run(
        _ body:
            @escaping @Sendable (Browser, TestSite.Tenant, String, @Sendable () async throws -> [ResourceRow])
            async throws -> Void
    ) async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant(records: Self.records)
        let id = try await site.makeDashboard(as: tenant.owner)
        let session = try await site.signIn(.member, into: tenant).token
        try await site.run { client in
            try await body(Browser(client, session: session), tenant, "/dashboards/\(id.text)") {
                try await site.store.resources.list(
                    Resources.widgets,
                    .init(sort: [.init("inserted_at")]),
                    in: .team(tenant.team)
                )
                .rows
            }
        }
    }

    /// What a browser sends for a widget's form as it stands.
    private static func fields(in page: Browser.Page) -> [(String, String)] {
        let form = page.text.prefix(upTo: page.text.firstRange(of: #"id="preview""#)?.lowerBound ?? page.text.endIndex)
            .replacing(/<template.*?<\/template>/.dotMatchesNewlines(), with: "")
        var fields: [(String, String)] = form.matches(of: /<input[^>]*?\sname="([^"]*)"[^>]*?>/).map { match in
            let value = match.output.0.firstMatch(of: /\svalue="([^"]*)"/)?.output.1 ?? ""
            return (String(match.output.1), String(value))
        }
        for select in form.matches(of: /<select[^>]*?\sname="([^"]*)".*?<\/select>/.dotMatchesNewlines()) {
            let value = select.output.0.firstMatch(of: /value="([^"]*)" selected/)?.output.1 ?? ""
            fields.append((String(select.output.1), String(value)))
        }
        return fields.map {
            ($0.0, $0.1.replacing("&quot;", with: "\"").replacing("&lt;", with: "<").replacing("&gt;", with: ">"))
        }
    }

    @Test(
        "makes a fitting query of type, pipeline and field alone",
        arguments: [
            ("line_chart", #"[{"path":"value","as":"value","aggregate":"avg"}]"#, "auto", 12),
            ("bar_chart", #"[{"path":"value","as":"value","aggregate":"sum"}]"#, "auto", 12),
            ("stat_card", #"[{"path":"value","as":"value"},{"path":"ingested_at","as":"time"}]"#, nil, 6),
            ("gauge", #"[{"path":"value","as":"value"},{"path":"ingested_at","as":"time"}]"#, nil, 6),
            ("table", #"[{"path":"ingested_at","as":"time"},{"path":"value","as":"value"}]"#, nil, 12),
        ] as [(String, String, String?, Int)]
    )
    func defaults(_ type: String, _ fields: String, _ bucket: String?, _ width: Int) async throws {
        let expected = try JSONValue(parsing: fields)
        try await run { browser, tenant, home, widgets in
            let choices = [("type", type), ("pipeline_id", tenant.pipeline.text), ("fields.0.path", "value")]
            let made = try await browser.submit(home + "/widgets", from: home + "/widgets/new", choices)
            #expect(made.headers[.location] == home)
            let row = try #require(try await widgets().first)
            #expect(row["data_query"]["fields"] == expected)
            #expect(row["data_query"]["bucket"]?.stringValue == bucket)
            #expect(row["config"]["title"] == "Value")
            #expect(row["position"]["w"]?.intValue == width)
            _ = try DataQuery(json: row["data_query"])
            let view = try await browser.get(home)
            #expect(!view.text.contains(#"class="trouble""#) && !view.text.contains("No data in this range"))
            DashboardPageTests.checkMarkup(view, type)
        }
    }

    @Test("counts the values of text in bars, and the records where no field is named")
    func counting() async throws {
        try await run { browser, tenant, home, widgets in
            let base = [("pipeline_id", tenant.pipeline.text), ("type", "bar_chart")]
            let path = home + "/widgets"
            _ = try await browser.submit(path, from: path + "/new", base + [("fields.0.path", "station")])
            _ = try await browser.submit(path, from: path + "/new", base + [("fields.0.path", "")])
            let rows = try await widgets()
            #expect(rows[0]["data_query"]["group_by"] == ["station"])
            #expect(rows[0]["data_query"]["fields"] == [["path": "station", "as": "count", "aggregate": "count"]])
            #expect(rows[1]["data_query"]["fields"] == [["path": "*", "as": "records", "aggregate": "count"]])
            let view = try await browser.get(home)
            #expect(view.text.contains(#"<span class="name">north</span>"#))
        }
    }

    @Test("gives a stored widget back unchanged")
    func roundTrip() async throws {
        try await run { browser, tenant, home, widgets in
            let path = home + "/widgets"
            let choices = [
                ("type", "line_chart"), ("title", "A \"quoted\" <title>"), ("pipeline_id", tenant.pipeline.text),
                ("fields.0.path", "value"), ("fields.0.aggregate", "p95"), ("fields.0.as", "slow"),
                ("fields.1.path", "value"), ("fields.1.aggregate", "max"), ("filters.0.path", "station"),
                ("filters.0.op", "in"), ("filters.0.value", "north, 7"), ("filters.1.path", "value"),
                ("filters.1.op", "ge"), ("filters.1.value", "20"), ("group_by", "station"), ("bucket", "5m"),
                ("range", "7d"), ("order", "asc"), ("limit", "500"), ("unit", "ms"), ("decimals", "1"), ("min", "0"),
                ("max", "99.5"), ("position.x", "4"), ("position.y", "2"), ("position.w", "10"), ("position.h", "6"),
            ]
            #expect(try await browser.submit(path, from: path + "/new", choices).status == .seeOther)
            let row = try #require(try await widgets().first)
            let query = row["data_query"]
            #expect(
                query["filters"] == [
                    ["path": "station", "op": "in", "value": ["north", "7"]],
                    ["path": "value", "op": "ge", "value": 20],
                ]
            )
            #expect(
                query["fields"] == [
                    ["path": "value", "as": "slow", "aggregate": "p95"],
                    ["path": "value", "as": "value", "aggregate": "max"],
                ]
            )
            #expect(row["position"] == ["x": 4, "y": 2, "w": 10, "h": 6])
            #expect(row["config"]["max"] == 99.5)
            let edit = try await browser.get(path + "/\(row.id.text)/edit")
            let sent = Self.fields(in: edit)
            #expect(sent.contains { $0 == ("title", "A \"quoted\" <title>") })
            #expect(try await browser.post(path + "/\(row.id.text)", sent).status == .seeOther)
            let saved = try #require(try await widgets().first)
            for name in ["type", "config", "position", "data_query"] { #expect(saved[name] == row[name], "\(name)") }
        }
    }

    @Test("says what is wrong beside the field and keeps what was typed")
    func problems() async throws {
        try await run { browser, tenant, home, widgets in
            let path = home + "/widgets"
            let bad = [
                ("type", "gauge"), ("pipeline_id", ""), ("fields.0.path", "value"), ("decimals", "many"), ("min", "9"),
                ("max", "3"), ("position.x", "20"), ("position.w", "6"),
            ]
            let refused = try await browser.submit(path, from: path + "/new", bad)
            #expect(refused.status == .unprocessableContent)
            for text in [
                "The pipeline must be chosen", "Decimals must be a whole number",
                "Maximum must be more than the minimum",
                "Width reaches beyond", #"value="many""#,
            ] {
                #expect(refused.text.contains(text), "\(text)")
            }
            DashboardPageTests.checkMarkup(refused, path)
            let path2 = [
                ("type", "table"), ("pipeline_id", tenant.pipeline.text), ("fields.0.path", "a[*].b"), ("limit", "0"),
            ]
            let query = try await browser.submit(path, from: path + "/new", path2)
            #expect(query.text.contains("This must be a path") && query.text.contains("The limit must be"))
            #expect(try await widgets().isEmpty)
        }
    }

    @Test("finds a free place and refuses a taken one")
    func places() async throws {
        try await run { browser, tenant, home, widgets in
            let path = home + "/widgets"
            let note = [("type", "text"), ("title", "First"), ("text", "# Hello\nworld <b>\n- one")]
            let first = note + [("position.x", "0"), ("position.y", "0"), ("position.w", "10"), ("position.h", "4")]
            #expect(try await browser.submit(path, from: path + "/new", first).status == .seeOther)
            let taken = note + [("position.x", "8"), ("position.y", "3"), ("position.w", "8"), ("position.h", "4")]
            let refused = try await browser.submit(path, from: path + "/new", taken)
            #expect(refused.text.contains("overlaps “First”; column 10, row 0 is free for this size"))
            #expect(try await browser.submit(path, from: path + "/new", note).status == .seeOther)
            let rows = try await widgets()
            #expect(rows.last?["position"] == ["x": 10, "y": 0, "w": 12, "h": 3])
            // A widget may stay where it is.
            let id = rows[0].id.text
            #expect(try await browser.submit(path + "/" + id, from: path + "/\(id)/edit", first).status == .seeOther)
            let view = try await browser.get(home)
            #expect(view.text.contains("<h3>Hello</h3>") && view.text.contains("world &lt;b&gt;"))
            #expect(view.text.contains("/layout.css?places=0.0.10.4-10.0.12.3"))
            #expect(
                try await browser.submit(path + "/\(id)/delete", from: path + "/\(id)/edit", []).status == .seeOther
            )
            #expect(try await widgets().count == 1)
        }
    }

    @Test("previews the answer, and says what is missing")
    func preview() async throws {
        try await run { browser, tenant, home, widgets in
            let csrf = try await browser.get(home + "/widgets/new").csrf ?? ""
            let path = home + "/widgets/preview"
            let open = try await browser.post(path, [("_csrf", csrf), ("type", "table")])
            #expect(open.text.contains("Choose a pipeline"))
            let fields = [
                ("_csrf", csrf), ("type", "gauge"), ("pipeline_id", tenant.pipeline.text), ("fields.0.path", "value"),
            ]
            let shown = try await browser.post(path, fields)
            #expect(shown.text.contains("data-frame=\"{&quot;widget&quot;"))
            #expect(shown.text.contains(#"<text class="figure" x="60" y="58">24</text>"#))
            DashboardPageTests.checkMarkup(shown, path)
            let known = try await browser.get(home + "/widgets/fields?pipeline_id=" + tenant.pipeline.text)
            #expect(known.text.contains(#"<option value="value">number</option>"#))
            #expect(try await widgets().isEmpty)
        }
    }
}
