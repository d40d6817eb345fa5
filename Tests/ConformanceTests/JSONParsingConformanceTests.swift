import DashJSON
import Foundation
import Testing

@Suite struct JSONParsingConformanceTests {
    @Test(.needsCases) func jsonTestSuite() throws {
        let cases = try ConformanceCases.read("json-parsing.json")
        var tally = ConformanceTally("JSON parsing")
        for item in try #require(cases.root).elements {
            let name = try #require(item["name"]?.string)
            let expected = try #require(item["expect"]?.string)
            let base64 = try #require(item["base64"]?.string)
            tally.add(name, failure: failure(expected, name, Array(try #require(Data(base64Encoded: base64)))))
        }
        tally.report(atLeast: 1)
    }

    private func failure(_ expected: String, _ name: String, _ bytes: [UInt8]) -> String? {
        let isAccepted = (try? JSONDocument(parsing: bytes, limits: .rfc8259)) != nil
        let isStored = (try? JSONDocument(parsing: bytes)) != nil
        let isRecord = (try? JSONDocument(parsing: bytes, limits: .records)) != nil
        guard isRecord == isAccepted else { return "the limits for records differ from the standard" }
        switch expected {
        case "accept":
            guard isAccepted else { return "refused" }
            // The default limits differ only where the database could not store the text.
            return isStored || name == "y_string_null_escape.json" ? nil : "refused by the default limits"
        case "refuse":
            guard !isAccepted else { return "accepted" }
            return isStored ? "accepted by the default limits" : nil
        default: return nil
        }
    }
}
