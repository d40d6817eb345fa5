import DashJSON
import DashModel
import Testing

@testable import DashMapping

/// No value is lost because another one gets its name.
@Suite("Names that meet")
struct NameCollisionTests {
    private static let fields: JSONValue = [
        ["target": "id", "source": "$.id", "type": "string", "required": true],
        ["target": "user.id", "source": "$.user.id", "type": "string", "required": true],
        ["target": "user_id", "source": "$.u", "type": "string", "default": "none"],
        ["target": "note", "source": "$.note"],
    ]

    @Test(
        "are refused when the mapping is saved, where every record would have them",
        arguments: [
            ([["kind": "rename", "from": "id", "to": "user_id"]], "/transformations/0/to"),
            ([["kind": "rename", "from": "user", "to": "id"]], "/transformations/0/to"),
            ([["kind": "flatten"]], "/transformations/0"),
            (
                [["kind": "rename", "from": "user_id", "to": "x"], ["kind": "rename", "from": "x", "to": "id"]],
                "/transformations/1/to"
            ),
            ([["kind": "rename", "from": "id", "to": "note"]], nil),
            ([["kind": "drop", "fields": ["user_id"]], ["kind": "flatten"]], nil),
            ([["kind": "rename", "from": "user_id", "to": "x"], ["kind": "flatten"]], nil),
            ([["kind": "flatten", "separator": "."]], nil),
            ([["kind": "keep", "fields": ["id"]], ["kind": "rename", "from": "id", "to": "user_id"]], nil),
        ] as [(JSONValue, String?)]
    )
    func saving(_ steps: JSONValue, _ pointer: String?) {
        do throws(MappingErrors) {
            _ = try MappingDefinition(["mappings": Self.fields, "transformations": steps])
            #expect(pointer == nil)
        } catch {
            #expect(error.issues.map(\.pointer) == [pointer ?? "nothing"])
        }
    }

    @Test(
        "cost nothing when one of them is null or was taken out",
        arguments: [
            (["kind": "rename", "from": "a", "to": "b"], #"{"a":1,"b":null}"#, #"{"b":1}"#),
            (["kind": "rename", "from": "a", "to": "o.b"], #"{"a":1,"o":{"b":null}}"#, #"{"o":{"b":1}}"#),
            (["kind": "rename", "from": "o.b", "to": "o"], #"{"o":{"b":1}}"#, #"{"o":1}"#),
            (["kind": "flatten"], #"{"a":{"b":null},"a_b":2}"#, #"{"a_b":2}"#),
            (["kind": "explode", "field": "l", "merge": true], #"{"id":1,"l":[{"id":null}]}"#, #"{"id":1}"#),
        ] as [(JSONValue, String, String)]
    )
    func nulls(_ step: JSONValue, _ input: String, _ expected: String) throws {
        let definition = try MappingDefinition(["transformations": .array([step])])
        let output = try MappingProgram(compiling: definition).run(try RecordsDecoder().decode(Array(input.utf8)))
        #expect(output.refused.isEmpty)
        #expect(String(decoding: output.records.bytes, as: UTF8.self) == expected)
    }

    @Test(
        "otherwise send the record to the quarantine, which names the field",
        arguments: [
            (["kind": "rename", "from": "a", "to": "o.b"], #"{"a":1,"o":{"b":2}}"#, "o.b"),
            (["kind": "rename", "from": "o.b", "to": "o"], #"{"o":{"b":1,"c":2}}"#, "o"),
            (["kind": "flatten"], #"{"a.x":{"b":1},"a.x_b":2}"#, #"a\.x_b"#),
            (["kind": "explode", "field": "l", "merge": true], #"{"id":1,"l":[{"n":1},{"id":2}]}"#, "id"),
        ] as [(JSONValue, String, String)]
    )
    func quarantine(_ step: JSONValue, _ input: String, _ field: String) throws {
        let definition = try MappingDefinition(["transformations": .array([step])])
        let output = try MappingProgram(compiling: definition).run(try RecordsDecoder().decode(Array(input.utf8)))
        #expect(output.records.count == 0)
        #expect(output.refused.first?.rule == "name_collision")
        #expect(output.refused.first?.field == field)
    }
}
