import DashJSON
import DashModel

@testable import DashWeb

/// Forms, addresses of pages and positions in streams.
struct FormTarget: FuzzTarget {
    let name = "forms"

    func run(_ input: inout FuzzInput) {
        let bytes = input.note(Array(input.perhapsMutated(Bodies.form(&input)).utf8))
        let form = FormData(urlEncoded: bytes)
        for key in FuzzTexts.keys { _ = (form.text(key), form.uuid(key), form.flag(key)) }
        for resource in [Resources.pipelines, Resources.dashboards, Resources.teams] {
            _ = DeclaredFields(resource, besides: [], isNew: true).read(form)
        }
        _ = URLText.decode(bytes)
        _ = LivePosition(text: input.note("\(input.text()):\(input.numberText())"))
        _ = DashboardStylesheet.css(
            of: input.note("\(input.numberText()).\(input.number()).\(input.int(-1...30)).4_0.0.1.1")
        )
        _ = TextWidget.blocks(input.note(input.text() + "\n" + input.text()))
        if let json = try? JSONValue(parsing: input.json()) { _ = JSONText.pretty(json) }
    }
}
