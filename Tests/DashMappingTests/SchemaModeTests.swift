import DashJSON
import DashMapping
import DashModel
import Testing

@Suite struct SchemaModeTests {
    private static let schema = #"""
        {"type":"object","required":["id"],"properties":{"id":{"type":"integer"},
         "user":{"properties":{"mail":{"type":"string","format":"email"}}}}}
        """#

    private func output(_ mode: String, _ records: String) throws -> MappingOutput {
        let json = try JSONValue(parsing: #"{"source_schema":\#(Self.schema),"schema_mode":"\#(mode)"}"#)
        let program = try MappingProgram(compiling: MappingDefinition(json))
        return program.run(try RecordsDecoder().decode(Array(records.utf8)))
    }

    @Test func enforcedSchemaRefusesWithKeywordPathAndMessage() throws {
        let output = try output("enforce", #"[{"id":1},{"id":"a"},{},{"id":2,"user":{"mail":"nobody"}}]"#)
        #expect(output.records.count == 1)
        #expect(output.misfits == 3)
        #expect(output.refused.map(\.rule) == ["schema.type", "schema.required", "schema.format"])
        #expect(output.refused.map(\.field) == ["id", "id", "user.mail"])
        #expect(output.refused[0].reason == "/id: must be an integer, is a string (#/properties/id/type)")
        #expect(output.refused[1].reason == "the record: id is missing (#/required)")
        #expect(String(decoding: output.refused[1].data, as: UTF8.self) == "{}")
    }

    @Test(arguments: ["warn", "follow"]) func misfitsAreCountedAndStored(mode: String) throws {
        let output = try output(mode, #"[{"id":1},{"id":"a"}]"#)
        #expect(output.records.count == 2)
        #expect(output.misfits == 1)
        #expect(output.misfitSamples == [Array(#"{"id":"a"}"#.utf8)])
    }

    @Test func ignoredSchemaChecksNothing() throws {
        let output = try output("ignore", #"[{"id":"a"}]"#)
        #expect(output.records.count == 1 && output.misfits == 0)
    }

    @Test func faultsOfTheSchemaAreFoundWhenItIsSaved() throws {
        let json: JSONValue = [
            "source_schema": [
                "properties": ["a": ["type": "text"], "b": ["$ref": "#/$defs/no"], "c": ["pattern": "("]]
            ],
            "schema_mode": "enforce",
        ]
        let error = #expect(throws: MappingErrors.self) {
            try MappingProgram(compiling: MappingDefinition(json))
        }
        #expect(
            error?.issues.map(\.pointer) == [
                "/source_schema/properties/a/type", "/source_schema/properties/b/$ref",
                "/source_schema/properties/c/pattern",
            ]
        )
    }

    @Test func longKeysAreShortened() throws {
        let json: JSONValue = ["source_schema": ["additionalProperties": false], "schema_mode": "enforce"]
        let program = try MappingProgram(compiling: MappingDefinition(json))
        let key = String(repeating: "k", count: 100_000)
        let refused = program.run(try RecordsDecoder().decode(Array(#"{"\#(key)":1}"#.utf8))).refused
        #expect(refused.map(\.rule) == ["schema.additionalProperties"])
        #expect(refused[0].field?.count == 251)
        #expect(refused[0].reason.utf8.count < 1_000)
    }

    @Test func unknownModeIsNamed() {
        #expect(throws: MappingErrors.self) { try MappingDefinition(["schema_mode": "lock"]) }
    }
}
