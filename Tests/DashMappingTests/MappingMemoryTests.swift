import DashJSON
import DashMapping
import DashModel
import Testing

@Suite struct MappingMemoryTests {
    private let start = Timestamp(seconds: 1_790_000_000)

    private func program(_ definition: String) throws -> MappingProgram {
        try MappingProgram(compiling: MappingDefinition(JSONValue(parsing: definition)))
    }

    private func run(
        _ program: MappingProgram,
        _ input: String,
        _ memory: MappingMemory?,
        after seconds: Int64 = 0,
        saved: Bool = true
    ) throws -> MappingOutput {
        let records = try RecordsDecoder().decode(Array(input.utf8))
        let output = program.run(records, receivedAt: start + .seconds(seconds), memory: memory)
        if let ticket = output.ticket, output.undecided == nil { memory?.settle(ticket, saved: saved) }
        #expect(
            output.received + output.surplus
                == output.records.count + output.filtered + output.duplicates + output.refused.count
        )
        return output
    }

    private static let deduplicate =
        #"{"transformations":[{"kind":"deduplicate","fields":["id","o.k"],"window_seconds":60,"max_keys":3}]}"#

    @Test func repeatedRecordsAreDroppedWithinABatchAndBetweenBatches() throws {
        let program = try program(Self.deduplicate)
        let memory = program.makeMemory()
        let first = try run(program, #"[{"id":1,"v":1},{"id":1.0,"v":2},{"id":"1"},{"v":3},{"v":3}]"#, memory)
        #expect(first.records.count == 4 && first.duplicates == 1)
        let second = try run(program, #"[{"id":1,"v":9},{"id":1,"o":{"k":"x"}}]"#, memory, after: 59)
        #expect(second.records.count == 1 && second.duplicates == 1)
        #expect(try run(program, #"{"id":1}"#, memory, after: 60).records.count == 1)
    }

    @Test func keysAreForgottenWhenTheyAreTooMany() throws {
        let program = try program(Self.deduplicate)
        let memory = try #require(program.makeMemory())
        for id in 1...4 { _ = try run(program, #"{"id":\#(id)}"#, memory) }
        #expect(memory.count == 3)
        #expect(try run(program, #"{"id":4}"#, memory).duplicates == 1)
        #expect(try run(program, #"{"id":1}"#, memory).duplicates == 0)
    }

    @Test func whatIsNotSavedIsNotRemembered() throws {
        let program = try program(Self.deduplicate)
        let memory = program.makeMemory()
        #expect(try run(program, #"{"id":1}"#, memory, saved: false).records.count == 1)
        #expect(try run(program, #"{"id":1}"#, memory).records.count == 1)
        #expect(try run(program, #"{"id":1}"#, memory).duplicates == 1)
    }

    @Test func whatIsRefusedIsNotRemembered() throws {
        let program = try program(
            #"{"transformations":[{"kind":"deduplicate","fields":["id"]}],"rules":[{"kind":"required","field":"v"}]}"#
        )
        let memory = program.makeMemory()
        let first = try run(program, #"[{"id":1},{"id":1,"v":2},{"id":1,"v":3}]"#, memory)
        #expect(first.refused.count == 1 && first.records.count == 1 && first.duplicates == 1)
    }

    @Test func aBatchWaitsForAnotherOneThatHasItsKeys() async throws {
        let program = try program(Self.deduplicate)
        let memory = try #require(program.makeMemory())
        let records = try RecordsDecoder().decode(Array(#"{"id":1}"#.utf8))
        let first = program.run(records, receivedAt: start, memory: memory)
        let blocked = program.run(records, receivedAt: start, memory: memory)
        #expect(blocked.undecided == first.ticket)
        memory.settle(try #require(blocked.ticket), saved: false)
        let ticket = try #require(first.ticket)
        async let waiting: Void = memory.settled(ticket)
        memory.settle(ticket, saved: true)
        await waiting
        #expect(try run(program, #"{"id":1}"#, memory).duplicates == 1)
    }

    @Test func uniqueValuesGoToTheQuarantine() throws {
        let program = try program(#"{"rules":[{"kind":"unique","field":"id","window_seconds":10}]}"#)
        let memory = program.makeMemory()
        let output = try run(program, #"[{"id":1},{"id":1},{},{"id":null},{"id":[1]},{"id":[1]}]"#, memory)
        #expect(output.refused.map(\.rule) == ["unique", "unique"])
        #expect(output.refused.map(\.field) == ["id", "id"])
        #expect(output.records.count == 4)
        #expect(try run(program, #"{"id":1}"#, memory, after: 5).refused.count == 1)
        #expect(try run(program, #"{"id":1}"#, memory, after: 11).records.count == 1)
    }

    @Test func withoutAMemoryOnlyTheBatchIsLookedAt() throws {
        let program = try program(Self.deduplicate)
        for _ in 0..<2 { #expect(try run(program, #"[{"id":1},{"id":1}]"#, nil).duplicates == 1) }
    }

    @Test func aMemoryServesOnlyTheSameSteps() throws {
        let original = try program(Self.deduplicate)
        let memory = try #require(original.makeMemory())
        #expect(try program(Self.deduplicate).accepts(memory))
        #expect(try !program(#"{"transformations":[{"kind":"deduplicate","fields":["id"]}]}"#).accepts(memory))
        #expect(try program("{}").makeMemory() == nil)
    }
}
