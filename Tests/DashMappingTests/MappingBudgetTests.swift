import DashJSON
import DashModel
import Testing

@testable import DashMapping

@Suite struct MappingBudgetTests {
    /// A hundred searches of a pattern that has a place for every character.
    private static func dear() throws -> MappingProgram {
        let steps: [JSONValue] = (0..<100).map { index in
            [
                "kind": "compute", "target": .string("m\(index)"),
                "expression": .string("record.text.matches('(a|b|c|d)*(x|y)+\(index)$')"),
            ]
        }
        let definition = try MappingDefinition(["transformations": .array(steps)])
        return try MappingProgram(compiling: definition)
    }

    private static func records(_ count: Int) throws -> JSONDocument {
        let record = "{\"text\":\"" + String(repeating: "abcd", count: 100) + "\"}"
        return try JSONDocument(
            parsingLines: Array(Array(repeating: record, count: count).joined(separator: "\n").utf8)
        )
    }

    @Test func whatIsBeyondTheBudgetOfABatchIsRefusedForThatReason() throws {
        let document = try Self.records(15)
        let budget = MappingBudget(steps: 40_000)
        let output = try MappingBudget.$current.withValue(budget) {
            try Self.dear().run(document: document, roots: document.roots)
        }
        #expect(output.records.count + output.refused.count == 15)
        #expect(output.records.count > 0, "the first are mapped")
        let refused = try #require(output.refused.first)
        #expect(refused.rule == "budget")
        #expect(refused.reason.contains("more than 40000 steps"))
        #expect(budget.isSpent)
    }

    @Test func theRunsOverOneBatchShareItsBudget() throws {
        let document = try Self.records(15)
        let program = try Self.dear()
        let refused = MappingBudget.$current.withValue(MappingBudget(steps: 40_000)) {
            document.roots.map { program.run(document: document, roots: [$0]).refused.count }
        }
        #expect(refused.first == 0)
        #expect(refused.last == 1)
    }

    @Test func patternsOfRulesCountAsWell() throws {
        let document = try Self.records(100)
        let definition = try MappingDefinition([
            "mappings": [["target": "text", "source": "$.text"]],
            "rules": [["field": "text", "kind": "regex", "pattern": "^(a|b|c|d)*$"]],
        ])
        let program = try MappingProgram(compiling: definition)
        let output = MappingBudget.$current.withValue(MappingBudget(steps: 500)) {
            program.run(document: document, roots: document.roots)
        }
        #expect(output.records.count > 0)
        #expect(output.refused.last?.rule == "budget")
        #expect(program.run(document: document, roots: document.roots).refused.isEmpty, "the usual one is wide")
    }

    @Test(arguments: [SchemaMode.enforce, .warn])
    func patternsOfSchemasCountAsWell(mode: SchemaMode) throws {
        let document = try Self.records(100)
        let pattern: JSONValue = ["pattern": "^(a|b|c|d)*$"]
        let definition = try MappingDefinition([
            "source_schema": ["properties": ["text": ["allOf": .array(Array(repeating: pattern, count: 20))]]],
            "schema_mode": .string(mode.rawValue),
        ])
        let program = try MappingProgram(compiling: definition)
        let output = MappingBudget.$current.withValue(MappingBudget(steps: 10_000)) {
            program.run(document: document, roots: document.roots)
        }
        #expect(output.records.count > 0)
        #expect(output.refused.last?.rule == "budget")
        #expect(output.misfits == 0, "what was not checked to its end is no misfit")
        #expect(program.run(document: document, roots: document.roots).misfits == 0, "the usual one is wide")
    }

    @Test func filtersOfPathsCountAsWell() throws {
        let items = (0..<200).map { "{\"id\":\($0)}" }.joined(separator: ",")
        let record = "{\"items\":[\(items)]}"
        let document = try JSONDocument(
            parsingLines: Array(Array(repeating: record, count: 100).joined(separator: "\n").utf8)
        )
        let definition = try MappingDefinition([
            "mappings": [["target": "twice", "source": "$.items[?count($.items[*]) > @.id]"]]
        ])
        let program = try MappingProgram(compiling: definition)
        let output = MappingBudget.$current.withValue(MappingBudget(steps: 50_000)) {
            program.run(document: document, roots: document.roots)
        }
        #expect(output.records.count > 0)
        #expect(output.refused.last?.rule == "budget")
        #expect(program.run(document: document, roots: document.roots).refused.isEmpty, "the usual one is wide")
    }

    @Test func aBatchThatNobodyWaitsForIsMappedNoFurther() async throws {
        let document = try Self.records(50)
        let program = try Self.dear()
        let mapped = await withTaskGroup(of: Int.self) { group in
            group.addTask {
                // It begins when it is known to be cancelled already.
                while !Task.isCancelled { await Task.yield() }
                return program.run(document: document, roots: document.roots).records.count
            }
            group.cancelAll()
            return await group.next() ?? 0
        }
        #expect(mapped < 10, "\(mapped)")
    }
}
