import DashJSON
import DashMapping
import Testing

@Suite struct JSONPathConformanceTests {
    @Test(.needsCases) func complianceSuite() throws {
        let cases = try ConformanceCases.read("jsonpath.json")
        var tally = ConformanceTally("JSONPath")
        for item in try #require(cases.root?["tests"]).elements {
            let name = try #require(item["name"]?.string)
            let selector = try #require(item["selector"]?.string)
            tally.add("\(name): \(selector)", failure: failure(item, selector))
        }
        tally.report(atLeast: 1)
    }

    private func failure(_ item: JSONView, _ selector: String) -> String? {
        let path: JSONPath
        do {
            path = try JSONPath(selector)
        } catch {
            return item["invalid_selector"]?.bool == true ? nil : "refused: \(error)"
        }
        if item["invalid_selector"]?.bool == true { return "not refused" }
        guard let document = item["document"] else { return "no document" }
        do {
            let copy = try JSONDocument(parsing: document.compactBytes, limits: ConformanceCases.limits)
            let found = JSONValue.array(try path.nodes(in: copy, from: 0).map { copy.view($0).value })
            let allowed = item["results"]?.value.arrayValue ?? [item["result"]?.value ?? nil]
            return allowed.contains { JSONEquality.equal($0, found) } ? nil : "found \(found.text)"
        } catch {
            return "\(error)"
        }
    }
}
