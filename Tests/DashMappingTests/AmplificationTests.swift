import DashJSON
import DashModel
import TestSupport
import Testing

@testable import DashMapping

/// What a body and its mapping come to is bounded before it is made.
@Suite("What grows")
struct AmplificationTests {
    private func run(_ definition: JSONValue, _ body: String) throws -> MappingOutput {
        let program = try MappingProgram(compiling: try MappingDefinition(definition))
        return program.run(try RecordsDecoder().decode(Array(body.utf8)))
    }

    private static let text = String(repeating: "x", count: 1 << 20)

    @Test("one record that is repeated in itself is refused alone")
    func oneRecord() throws {
        let fields = (0..<200).map { JSONValue.object(["target": .string("f\($0)"), "source": "$"]) }
        let output = try run(["mappings": .array(fields)], "{\"a\":1}\n{\"a\":\"\(Self.text)\"}")
        #expect(output.records.count == 1)
        #expect(output.refused.map(\.rule) == ["record"])
        #expect(output.stop == nil)
    }

    @Test("a batch that becomes too much is given up as a whole")
    func batch() throws {
        let body = String(repeating: "{}\n", count: 1_000)
        let step: JSONValue = ["kind": "constant", "field": "c", "value": .string(String(Self.text.prefix(900_000)))]
        let output = try run(["transformations": .array([step])], body)
        guard case .tooLarge? = output.stop else {
            Issue.record("\(String(describing: output.stop))")
            return
        }
        #expect(output.records.bytes.count < 70 << 20)
    }

    @Test("texts are split into so many parts at most, and joined up to so much")
    func steps() throws {
        let commas = String(repeating: ",", count: 2_100_000)
        let split = try run(["transformations": [["kind": "split", "field": "t"]]], "{\"t\":\"\(commas)\"}")
        #expect(split.refused.map(\.rule) == ["split"])
        let fields = JSONValue.array(Array(repeating: "t", count: 100))
        let join = try run(
            ["transformations": [["kind": "join", "fields": fields, "to": "j"]]],
            "{\"t\":\"\(Self.text)\"}"
        )
        #expect(join.refused.map(\.rule) == ["record"])
    }

    @Test("a table whose rows each repeat a long header is refused before anything of it is written")
    func header() throws {
        let names = String(repeating: "n", count: 50_000)
        let rows = String(repeating: "1\n", count: 30_000)
        let error = #expect(throws: RecordsDecoder.Failure.self) {
            try RecordsDecoder(framing: .csv).decode(Array("\(names)\n\(rows)".utf8))
        }
        guard case .tooLarge? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let few = try RecordsDecoder(framing: .csv).decode(Array("\(names)\n1\n2\n".utf8))
        #expect(few.count == 2)
        #expect(few.byteCount > 2 * names.utf8.count)
    }

    @Test("XML declares nothing that every element would repeat")
    func defaults() {
        let value = String(repeating: "v", count: 50_000)
        let body =
            "<!DOCTYPE r [<!ATTLIST e a CDATA \"\(value)\">]><r>" + String(repeating: "<e/>", count: 20_000) + "</r>"
        let error = #expect(throws: RecordsDecoder.Failure.self) {
            try RecordsDecoder(framing: .xml).decode(Array(body.utf8))
        }
        #expect(error?.description.contains("declares attributes") == true)
    }

    @Test("objects of many keys are made, compared and merged in proportion to them")
    func objects() {
        func cost(_ count: Int) -> Duration {
            let pairs = (0..<count).map { ("key\($0)", JSONValue.number(JSONNumber($0))) }
            return ProcessorTime.of(runs: 3) {
                let object = JSONObject(pairs)
                #expect(object.merging(JSONObject(pairs.reversed())) == object)
            }
        }
        // Sixteen times as many cost about sixteen times as much, and not two hundred and fifty-six times.
        let small = cost(2_000)
        #expect(cost(32_000) < small * 80)
    }

    @Test("a cancelled task maps no further")
    func cancellation() async throws {
        let program = try MappingProgram(compiling: MappingDefinition())
        let records = try RecordsDecoder().decode(Array(String(repeating: "{}\n", count: 1_000).utf8))
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return program.run(records)
        }
        #expect(await task.value.stop == .cancelled)
    }
}
