import DashJSON
import DashMapping
import DashModel
import Testing

/// Runs a definition written as JSON over records written as JSON.
struct MappingCase {
    var output: MappingOutput

    init(_ definition: String, _ input: String) throws {
        let program = try MappingProgram(compiling: MappingDefinition(JSONValue(parsing: definition)))
        let records = try RecordsDecoder().decode(Array(input.utf8))
        output = program.run(records, receivedAt: Timestamp(seconds: 1_790_000_000))
        #expect(output.received == records.count)
        #expect(
            output.received + output.surplus == output.records.count + output.filtered + output.duplicates
                + output.refused.count
        )
    }

    /// The records' text, one a line.
    var text: String {
        (0..<output.records.count).map { String(decoding: output.records[$0], as: UTF8.self) }.joined(separator: "\n")
    }
}
