import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import Testing

@testable import DashConnectors

@Suite("Templates of sinks")
struct RecordTemplateTests {
    private static let long = JSONValue.object(["text": .string(String(repeating: "x", count: 1_000_000))])

    @Test("fills places with fields, the record and facts")
    func fills() {
        let template = RecordTemplate("{{ a.b }} of {{$count}}: {{$record}}{{missing}}")
        let record: JSONValue = ["a": ["b": 7]]
        #expect(
            template.text(for: record, facts: ["$count": "3"], limit: 100) == #"7 of 3: {"a":{"b":7}}"#
        )
    }

    @Test("a short template that asks for a long record many times stops at its limit")
    func grows() {
        let template = RecordTemplate(String(repeating: "{{$record}}", count: 50_000))
        // In full it would be 50 GB.
        #expect(template.text(for: Self.long, limit: 3 << 20) == nil)
        #expect(RecordTemplate("{{$record}}").text(for: Self.long, limit: 3 << 20)?.utf8.count == 1_000_011)
    }

    @Test("a chat is told that a line is too long, and gets the others", arguments: ["slack", "discord"])
    func chat(format: String) throws {
        let delivery = Delivery.holding([Self.long.encoded(), Array(#"{"text":"short"}"#.utf8)])
        let body = WebhookBody(format: format, template: String(repeating: "{{text}} ", count: 1_000))
        let text = String(decoding: try body.bytes(of: delivery), as: UTF8.self)
        #expect(text.contains("too long to be shown"))
        #expect(text.contains(format == "slack" ? "short short" : "and 1 more"))
    }
}
