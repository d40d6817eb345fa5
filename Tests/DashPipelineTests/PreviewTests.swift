import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import Testing

@testable import DashPipeline

@Suite struct PreviewTests {
    private static let mapping: JSONValue = [
        "transformations": [
            ["kind": "filter", "expression": "record.n != 5"], ["kind": "deduplicate", "fields": ["n"]],
            ["kind": "explode", "field": "l"],
        ],
        "rules": [["kind": "range", "field": "n", "max": 10]],
        "tests": [["name": "small", "input": ["n": 1], "expected": ["n": 2]]],
    ]

    @Test func eachRecordIsShownWithWhatBecomesOfIt() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            let sample = #"[{"n":1},{"n":1},{"n":5},{"n":11},{"n":2,"l":[1,2]}]"#
            let preview = try await harness.engine.preview(
                pipeline,
                in: harness.team,
                mapping: Self.mapping,
                sample: Array(sample.utf8),
                from: .source
            )
            #expect(preview.records.map(\.outcome) == [.mapped, .duplicate, .filtered, .refused, .mapped])
            #expect(preview.records[4].output.count == 2)
            #expect(preview.records[3].refusal?.rule == "range" && preview.records[3].input == ["n": 11])
            #expect(preview.testFailures.map(\.pointer) == ["/tests/0/expected/n"])
            #expect(try await harness.stored(pipeline).isEmpty)
            #expect(try await harness.rows(Resources.quarantinedRecords, of: pipeline).isEmpty)
        }
    }

    @Test func recordsComeFromWhatWasStoredOrRefused() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            for origin in [PreviewOrigin.records, .quarantine, .source] {
                await #expect(throws: DashError.self) {
                    try await harness.engine.preview(
                        pipeline,
                        in: harness.team,
                        mapping: nil,
                        sample: nil,
                        from: origin
                    )
                }
            }
            let rules: JSONValue = [["kind": "range", "field": "n", "max": 10]]
            try await harness.save(Resources.dataMappings, Rows.mapping(of: pipeline, ["rules": rules]))
            _ = try await harness.post(pipeline, #"[{"n":1},{"n":11},{"n":12}]"#)
            let mapping: JSONValue = ["rules": [["kind": "range", "field": "n", "max": 11]]]
            let refused = try await harness.engine.preview(
                pipeline,
                in: harness.team,
                mapping: mapping,
                sample: nil,
                from: .quarantine
            )
            #expect(Set(refused.input) == [["n": 11], ["n": 12]])
            #expect(Set(refused.records.map(\.outcome)) == [.mapped, .refused])
            let stored = try await harness.engine.preview(
                pipeline,
                in: harness.team,
                mapping: nil,
                sample: nil,
                from: .records
            )
            #expect(stored.input == [["n": 1]])
        }
    }

    @Test func aFailingTestStopsTheSaving() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            var row = Rows.mapping(of: pipeline, ["tests": Self.mapping["tests"] ?? .null, "rules": []])
            let issues = try await harness.engine.verify(Resources.dataMappings, row, in: harness.team)
            #expect(issues.map(\.pointer) == ["/tests/0/expected/n"])
            #expect(issues.first?.message == #"test "small": is 1, expected 2"#)
            row.values["tests"] = [["name": "small", "input": ["n": 1], "expected": ["n": 1]]]
            #expect(try await harness.engine.verify(Resources.dataMappings, row, in: harness.team).isEmpty)
            row.values["tests"] = ["x"]
            row.values["rules"] = [["kind": "nonsense"]]
            let both = try await harness.engine.verify(Resources.dataMappings, row, in: harness.team)
            #expect(both.map(\.pointer) == ["/rules/0/kind", "/rules/0/field", "/tests/0"])
        }
    }
}
