import DashJSON
import DashMapping
import Testing

@Suite struct CELConformanceTests {
    @Test(.needsCases) func simpleCases() throws {
        let cases = try ConformanceCases.read("cel.json")
        var tally = ConformanceTally("CEL")
        for item in try #require(cases.root).elements {
            let name = ["file", "section", "name"].compactMap { item[$0]?.string }.joined(separator: "/")
            tally.add(name, failure: try failure(of: item))
        }
        tally.report(atLeast: 0.98)
    }

    /// nil when the expression gives what the case expects.
    private func failure(of item: JSONView) throws -> String? {
        let text = try #require(item["expr"]?.string)
        var options = CELOptions()
        options.container = item["container"]?.string ?? ""
        options.isChecked = item["disable_check"]?.bool != true
        options.expandsMacros = item["disable_macros"]?.bool != true
        var bindings: [String: CELValue] = [:]
        for (key, value) in (item["bindings"]?.value.objectValue ?? [:]).members {
            bindings[key] = try TypedValue.read(value)
        }
        let expected = item["value"]?.value
        do {
            let program = try CELProgram(compiling: text, variables: Array(bindings.keys), options: options)
            if item["check_only"]?.bool == true { return nil }
            let value = try program.evaluate(bindings)
            guard let expected else { return "a value where an error was expected: \(text) → \(value)" }
            let wanted = try TypedValue.read(expected)
            return TypedValue.same(value, wanted) ? nil : "\(text) → \(value), not \(wanted)"
        } catch {
            return expected == nil ? nil : "\(text): \(error)"
        }
    }
}
