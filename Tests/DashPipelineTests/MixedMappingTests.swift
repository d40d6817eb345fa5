import DashJSON
import DashModel
import DashStorage
import Testing

@testable import DashPipeline

@Suite struct MixedMappingTests {
    /// The mapping drops in three ways, and a repeated request counts as duplicates whatever became of it.
    @Test func everyWayOfDroppingBalances() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            try await harness.save(
                Resources.dataMappings,
                Rows.mapping(
                    of: pipeline,
                    [
                        "source_schema": ["type": "object", "required": ["l"]],
                        "schema_mode": "enforce",
                        "transformations": [
                            ["kind": "explode", "field": "l"],
                            ["kind": "filter", "expression": "record.l > 1"],
                            ["kind": "deduplicate", "fields": ["l"]],
                            ["kind": "compute", "target": "twice", "expression": "record.l * 2"],
                        ],
                        "rules": [["kind": "cel", "expression": "record.twice < 18", "message": "too much"]],
                    ]
                )
            )
            let body = #"[{"l":[1,2,3,2]},{"l":[3,4]},{"l":[5,1,9]},{"m":[5]}]"#
            let first = try await harness.post(pipeline, body, key: "once")
            #expect(first == IngestReceipt(accepted: 3, quarantined: 2, duplicates: 2))
            #expect(
                try await harness.stored(pipeline)
                    == [#"{"l":2,"twice":4}"#, #"{"l":3,"twice":6}"#, #"{"l":4,"twice":8}"#]
            )
            let rules = try await harness.rows(Resources.quarantinedRecords, of: pipeline)
                .compactMap { $0.string("rule") }
            #expect(rules.sorted() == ["cel", "schema.required"])
            let ledger = try await harness.store.commits.ledger(of: pipeline)
            #expect(ledger[.received] == 8 && ledger[.droppedFilter] == 1 && ledger[.duplicates] == 2)
            try await harness.expectBalance(pipeline)
            _ = try await harness.post(pipeline, body, key: "once")
            #expect(try await harness.stored(pipeline).count == 3)
            try await harness.expectBalance(pipeline)
        }
    }
}
