import DashJSON
import DashModel
import DashStorage
import TestSupport
import Testing

@testable import DashPipeline

@Suite struct SchemaAndMemoryTests {
    private static let schema: JSONValue = ["type": "object", "properties": ["id": ["type": "integer"]]]

    @Test func anEnforcedSchemaQuarantines() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            try await harness.save(
                Resources.dataMappings,
                Rows.mapping(of: pipeline, ["source_schema": Self.schema, "schema_mode": "enforce"])
            )
            let receipt = try await harness.post(pipeline, #"[{"id":1},{"id":"x"}]"#)
            #expect(receipt == IngestReceipt(accepted: 1, quarantined: 1, duplicates: 0))
            let bad = try await harness.rows(Resources.quarantinedRecords, of: pipeline)
            #expect(bad.first?.string("rule") == "schema.type")
            #expect(bad.first?.string("field") == "id")
            try await harness.expectBalance(pipeline)
        }
    }

    @Test func aSchemaThatFollowsIsWidenedAndTheDriftIsNoted() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            try await harness.save(
                Resources.dataMappings,
                Rows.mapping(of: pipeline, ["source_schema": Self.schema, "schema_mode": "follow"])
            )
            #expect(try await harness.post(pipeline, #"[{"id":1},{"id":"x"}]"#).accepted == 2)
            try await eventually("the schema has grown") {
                let row = try await harness.rows(Resources.dataMappings, of: pipeline).first
                return row?["source_schema"]["properties"]?["id"]?["type"] == ["string", "integer"]
                    && row?["schema_drift"]["changes"]?.arrayValue?.first?["path"] == "id"
            }
        }
    }

    @Test func repeatedRecordsAreCountedAsDuplicates() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            try await harness.save(
                Resources.dataMappings,
                Rows.mapping(of: pipeline, ["transformations": [["kind": "deduplicate", "fields": ["id"]]]])
            )
            #expect(try await harness.post(pipeline, #"[{"id":1},{"id":2}]"#).accepted == 2)
            // A change of the pipeline's rows doesn't make it forget.
            harness.engine.catalog.invalidate(team: harness.team)
            let receipt = try await harness.post(pipeline, #"[{"id":2},{"id":3}]"#)
            #expect(receipt == IngestReceipt(accepted: 1, quarantined: 0, duplicates: 1))
            let posts = (0..<8).map { _ in #"{"id":4}"# }
            let accepted = try await withThrowingTaskGroup(of: Int.self) { group in
                for body in posts { group.addTask { try await harness.post(pipeline, body).accepted } }
                return try await group.reduce(0, +)
            }
            #expect(accepted == 1)
            #expect(try await harness.stored(pipeline).count == 4)
            try await harness.expectBalance(pipeline)
        }
    }
}
