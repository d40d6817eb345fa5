import DashJSON
import DashMapping
import DashModel

/// What the measured pipelines do with a sample record: map nine fields and check two rules.
enum SampleMapping {
    static let attributes: JSONValue = [
        "mappings": [
            ["target": "id", "source": "$.id", "type": "string", "required": true],
            ["target": "kind", "source": "$.type", "type": "string"],
            ["target": "seen_at", "source": "$.ts", "type": "integer"],
            ["target": "value", "source": "$.value", "type": "number"],
            ["target": "user_id", "source": "$.user.id", "type": "integer"],
            ["target": "user_name", "source": "$.user.name", "type": "string"],
            ["target": "country", "source": "$.user.country", "default": "??"],
            ["target": "labels", "source": "$.tags"],
            ["target": "is_ok", "source": "$.ok", "type": "boolean"],
        ],
        "rules": [
            ["kind": "required", "field": "user_id"],
            ["kind": "range", "field": "value", "min": 0, "max": 1_000_000],
        ],
    ]

    /// The sample records as they are stored.
    static func mapped(_ count: Int, from first: Int) throws -> RecordBytes {
        let program = try MappingProgram(compiling: MappingDefinition(attributes))
        let output = program.run(try RecordsDecoder().decode(SampleRecords.batch(count, from: first)))
        guard output.records.count == count else { throw BenchError("the sample records don't fit their mapping") }
        return output.records
    }
}
