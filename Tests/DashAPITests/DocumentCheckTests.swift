import DashAPI
import DashJSON
import DashModel
import Testing

@Suite("Files of pipelines")
struct DocumentCheckTests {
    private func faults(_ text: String) async throws -> [String] {
        try await DocumentCheck(components: TestComponents.all).faults(in: Array(text.utf8))
            .map { $0.pointer + ": " + $0.message }
    }

    @Test("a good document has none, whether written or read from a server")
    func good() async throws {
        let text = #"""
            {"data": {"type": "pipelines", "id": "x", "attributes": {"name": "P", "type": "polling",
              "interval_seconds": 5, "source_type": "http", "source_config": {"url": "https://example.org"},
              "status": "active", "failure_count": 0}},
             "included": [{"type": "data_mappings", "attributes": {
              "mappings": [{"target": "t", "source": "$.temp", "type": "number"}],
              "tests": [{"name": "text", "input": {"temp": "5"}, "expected": {"t": 5}}]}},
              {"type": "dashboards", "attributes": {"name": "D", "slug": "d"}}]}
            """#
        #expect(try await faults(text) == [])
        #expect(try await faults(#"{"rules": [{"kind": "required", "field": "a"}]}"#) == [])
    }

    @Test("every fault is named by its place")
    func faulty() async throws {
        let text = #"""
            {"data": [{"type": "pipelines", "attributes": {"name": "", "type": "polling", "cron": "no cron",
              "source_type": "http", "source_config": {}}},
             {"type": "data_mappings", "attributes": {"rules": [{"kind": "nonsense"}]}},
             {"type": "data_mappings", "attributes": {
              "tests": [{"name": "n", "input": {"a": 1}, "expected": {"a": 2}}]}},
             {"type": "pipeline_sinks", "attributes": {"sink_type": "pigeon", "colour": "red"}},
             {"type": "users", "attributes": {}}, 5]}
            """#
        let found = try await faults(text)
        for pointer in [
            "/data/0/attributes/name: ", "/data/0/attributes/cron: ", "/data/0/attributes/source_config/url: ",
            "/data/1/attributes/rules/0/kind: ", "/data/3/attributes/sink_type: ", "/data/3/attributes/colour: ",
            "/data/4/type: ", "/data/5: ",
        ] { #expect(found.contains { $0.hasPrefix(pointer) }, "\(pointer) in \(found)") }
        #expect(found.contains(#"/data/2/attributes/tests/0/expected/a: test "n": is 1, expected 2"#))
        #expect(try await faults("{").first?.hasPrefix(": is not JSON") == true)
        #expect(try await faults("[]").count == 1)
        #expect(try await faults("{}").count == 1)
        let hidden = try await faults(#"{"transformations": [{"kind": "redact", "fields": ["a", "cards[0].number"]}]}"#)
        #expect(hidden.count == 1 && hidden[0].hasPrefix("/transformations/0/fields/1: can't have brackets"))
        let bare = try await faults(#"{"transformations": [{"kind": "rename"}], "colour": 1}"#)
        #expect(bare.contains { $0.hasPrefix("/transformations/0/") } && bare.contains { $0.hasPrefix("/colour: ") })
    }
}
