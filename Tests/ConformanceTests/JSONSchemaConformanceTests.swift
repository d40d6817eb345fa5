import DashJSON
import DashMapping
import Testing

@Suite struct JSONSchemaConformanceTests {
    @Test(.needsCases) func testSuite() throws {
        let cases = try ConformanceCases.read("json-schema-2020-12.json")
        let remotes = try #require(try ConformanceCases.read("json-schema-remotes.json").root).value.objectValue
        let documents = Dictionary(
            try #require(remotes).members.map { ($0.key, $0.value) },
            uniquingKeysWith: { first, _ in first }
        )
        var required = ConformanceTally("JSON Schema, required")
        var optional = ConformanceTally("JSON Schema, optional")
        var format = ConformanceTally("JSON Schema, format")
        for group in try #require(cases.root).elements {
            let file = try #require(group["file"]?.string)
            let isFormat = file.hasPrefix("optional/format/")
            let options = JSONSchemaOptions(formats: isFormat ? .asserted : .byDialect, documents: documents)
            let schema = Result { try JSONSchema(try #require(group["schema"]).value, options: options) }
            for item in try #require(group["tests"]).elements {
                let name = "\(file): \(group["description"]?.string ?? ""): \(item["description"]?.string ?? "")"
                let failure = try failure(item, schema)
                if isFormat {
                    format.add(name, failure: failure)
                } else if file.hasPrefix("optional/") {
                    optional.add(name, failure: failure)
                } else {
                    required.add(name, failure: failure)
                }
            }
        }
        required.report(atLeast: 1)
        optional.report(atLeast: 0.9)
        format.report(atLeast: 0.9)
    }

    private func failure(_ item: JSONView, _ schema: Result<JSONSchema, any Error>) throws -> String? {
        let bytes = try #require(item["data"]).compactBytes
        let value = try #require(try JSONDocument(parsing: bytes, limits: ConformanceCases.limits).root)
        let expected = item["valid"]?.bool == true
        switch schema {
        case .failure(let error): return "the schema was refused: \(error)"
        case .success(let schema):
            let violations = schema.violations(in: value)
            guard schema.isValid(value) == violations.isEmpty else { return "the two ways to check differ" }
            if expected == violations.isEmpty { return nil }
            return expected ? "refused: \(violations[0].keyword): \(violations[0].message)" : "accepted"
        }
    }
}
