import DashJSON
import DashModel
import DashStorage
import Foundation
import Mustache
import Testing

@testable import DashWeb

/// What every kind of widget must hold to, the next one included.
@Suite("Kinds of widgets")
struct WidgetKindTests {
    private static let scripts = TestSite.repository.appending(path: "Public/js/widgets")

    @Test("have names of their own, and settings that mean the same wherever they are")
    func names() {
        #expect(Set(WidgetKinds.names).count == WidgetKinds.all.count)
        for kind in WidgetKinds.all {
            #expect(WidgetKinds.named(kind.name)?.title == kind.title)
            #expect(kind.settings.allSatisfy(WidgetKinds.settings.contains), "\(kind.name)")
        }
        #expect(WidgetKinds.named("clock") == nil)
        #expect(WidgetForm.ownNames.isDisjoint(with: WidgetKinds.settings.map(\.name)))
    }

    @Test("are listed for the browser as they are here, each with its module")
    func modules() throws {
        let list = try String(contentsOf: Self.scripts.appending(path: "kinds.js"), encoding: .utf8)
        let listed = list.matches(of: /export \{ draw as (\w+) \} from "\.\/(\w+)\.js";/)
        #expect(listed.allSatisfy { $0.output.1 == $0.output.2 })
        let drawn = WidgetKinds.all.filter { $0.query != nil }.map(\.name)
        #expect(listed.map { String($0.output.1) } == drawn)
        for name in drawn {
            let module = try String(contentsOf: Self.scripts.appending(path: name + ".js"), encoding: .utf8)
            #expect(module.contains("export function draw("), "\(name)")
        }
    }

    @Test("fit on a dashboard, and ask what can be asked", arguments: WidgetKinds.names)
    func defaults(_ name: String) throws {
        let kind = try #require(WidgetKinds.named(name))
        #expect((1...WidgetPlaces.columns).contains(kind.size.w) && (1...100).contains(kind.size.h))
        var form = WidgetForm()
        form.type = name
        form.pipeline = UUID().uuidString
        form.fields = [.init(path: "value")]
        form.config["text"] = "Hello"
        let row = try form.attributes(WidgetFields(), WidgetPlaces([]))
        guard kind.query != nil else { return #expect(row["data_query"] == [:]) }
        _ = try DataQuery(json: row["data_query"] ?? .null)
    }

    @Test("first show an answer by their template, and that there is none", arguments: WidgetKinds.names)
    func firstView(_ name: String) throws {
        let kind = try #require(WidgetKinds.named(name))
        let template = try MustacheTemplate(string: kind.template)
        let answer = DataResult(
            columns: [.init(name: "time", type: "time", role: .time), .init(name: "v<", type: "number")],
            rows: [[.string("2026-01-01T00:00:00Z"), 21.5]],
            bucketWidth: nil,
            from: .epoch,
            to: .epoch
        )
        let config: JSONValue = ["text": "21.5 <b>", "unit": "<i>"]
        let view = try #require(kind.view(config, kind.shown(answer)))
        let text = template.render(view)
        #expect(text.contains("<") && !text.contains("<b>") && !text.contains("<i>") && !text.contains("v<"), "\(text)")
        guard kind.query != nil else { return }
        #expect(kind.view([:], nil) == nil)
        let row = ResourceRow(id: .v7(), values: ["type": .string(name), "config": config])
        let words = WidgetView.data(row, answer: .problem("no answer"), mayEdit: false)
        #expect(words["trouble"] as? String == "no answer" && words["hasView"] as? Bool == false)
    }

    @Test("that this server lacks are said to be so, and nothing else breaks")
    func unknown() {
        let row = ResourceRow(id: .v7(), values: ["type": "clock", "config": ["title": "Time"]])
        let definition = WidgetDefinition(row)
        #expect(definition.showsData && definition.query == nil)
        let answer = WidgetAnswer(definition, problem: definition.problem ?? "")
        let data = WidgetView.data(row, answer: answer.content, mayEdit: false)
        #expect((data["trouble"] as? String)?.contains("clock") == true)
        #expect(data["widgetTitle"] as? String == "Time")
    }
}
