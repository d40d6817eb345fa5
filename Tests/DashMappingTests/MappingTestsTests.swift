import DashJSON
import DashMapping
import DashModel
import Testing

@Suite struct MappingTestsTests {
    private static let definition: JSONValue = [
        "mappings": [
            ["target": "t", "source": "$.temp", "type": "number", "required": true],
            ["target": "at", "source": "$.at"],
        ],
        "transformations": [
            ["kind": "filter", "expression": "record.t > 0"], ["kind": "deduplicate", "fields": ["t"]],
        ],
        "rules": [["kind": "range", "field": "t", "max": 60]],
    ]

    private func failures(_ tests: JSONValue) throws -> [DashError.Issue] {
        let program = try MappingProgram(compiling: MappingDefinition(Self.definition))
        return try MappingTests(tests).failures(of: program)
    }

    @Test func whatComesOutAsExpectedPasses() throws {
        let tests: JSONValue = [
            ["name": "a number as text", "input": ["temp": "21.50"], "expected": ["t": 21.5]],
            ["name": "dropped", "input": ["temp": -1], "expected": []],
            [
                "name": "in a batch", "input": [["temp": 1], ["temp": 1], ["temp": 2]],
                "expected": [["t": 1], ["t": 2]],
            ],
            ["name": "too hot", "input": ["temp": 61], "expected_refusal": ["rule": "range", "field": "t"]],
            ["name": "too hot, whatever field", "input": ["temp": 61], "expected_refusal": "range"],
            ["name": "nothing there", "input": [:], "expected_refusal": "required"],
        ]
        #expect(try failures(tests).isEmpty)
    }

    @Test func aFailureNamesTheTestThePlaceExpectedAndGot() throws {
        let tests: JSONValue = [
            ["name": "a", "input": ["temp": 21], "expected": ["t": 22, "u": 1]],
            ["name": "b", "input": ["temp": 70], "expected": ["t": 70]],
            ["name": "c", "input": ["temp": 7], "expected_refusal": ["rule": "range", "field": "t"]],
            ["name": "d", "input": ["temp": 61], "expected_refusal": "type"],
            ["name": "e", "input": [["temp": 1], ["temp": 2]], "expected": [["t": 1]]],
            ["name": "f", "input": [["temp": 1, "at": "x"]], "expected": [["t": 1]]],
        ]
        let found = try failures(tests).map { $0.pointer + " " + $0.message }
        #expect(found.count == 7)
        #expect(found[0] == #"/tests/0/expected/t test "a": is 21, expected 22"#)
        #expect(found[1] == #"/tests/0/expected/u test "a": is missing, expected 1"#)
        #expect(found[2].hasPrefix(#"/tests/1/expected test "b": goes to the quarantine: range on t ("#))
        #expect(
            found[3]
                == #"/tests/2/expected_refusal test "c": is accepted, expected a refusal by range on t; it gives [{"t":7}]"#
        )
        #expect(found[4].hasPrefix(#"/tests/3/expected_refusal test "d": is refused by range on t ("#))
        #expect(found[4].hasSuffix("), expected type"))
        #expect(
            found[5]
                == #"/tests/4/expected test "e": gives 2 records, expected 1; it gives [{"t":1},{"t":2}]"#
        )
        #expect(found[6] == #"/tests/5/expected/0/at test "f": is "x", which is not expected"#)
    }

    @Test func eachTestHasAMemoryOfItsOwnAndItsOwnTime() throws {
        let definition: JSONValue = [
            "transformations": [
                ["kind": "compute", "target": "year", "expression": "now.getFullYear()"],
                ["kind": "deduplicate", "fields": ["a"]],
            ]
        ]
        let program = try MappingProgram(compiling: MappingDefinition(definition))
        let test: (String) -> JSONValue = { name in
            [
                "name": .string(name), "input": ["a": 1], "expected": ["a": 1, "year": 2026],
                "now": "2026-01-31T00:00:00Z",
            ]
        }
        #expect(try MappingTests([test("one"), test("two")]).failures(of: program).isEmpty)
    }

    @Test func whatIsWrongWithTestsComesAtOnce() throws {
        let tests: JSONValue = [
            ["input": 1, "expected": 1], ["name": "a", "expected": 1], ["name": "a", "input": 1],
            ["name": "b", "input": 1, "expected": 1, "expected_refusal": "type"],
            ["name": "c", "input": 1, "expected": 1, "now": "soon"], ["name": "d", "input": 1, "want": 1], 5,
        ]
        let error = try #require(throws: MappingErrors.self) { try MappingTests(tests) }
        let pointers = error.issues.map(\.pointer)
        for pointer in [
            "/tests/0/name", "/tests/1/input", "/tests/2/name", "/tests/2/expected", "/tests/3/expected_refusal",
            "/tests/4/now", "/tests/5/want", "/tests/5/expected", "/tests/6",
        ] { #expect(pointers.contains(pointer), "\(pointer) in \(pointers)") }
        #expect(throws: MappingErrors.self) { try MappingTests([:]) }
        #expect(try MappingTests(.null).tests.isEmpty)
    }

    @Test func differencesAreFoundByPlace() throws {
        let before: JSONValue = ["rules": [["k": 1], ["k": 2], ["k": 3]], "a/b": 1, "gone": true, "same": 1.0]
        let after: JSONValue = ["same": 1, "rules": [["k": 1], ["k": 9], ["k": 5], ["k": 3]], "a/b": 2, "new": [:]]
        #expect(
            MappingDifference.between(before, after) == [
                MappingDifference(pointer: "/rules/1/k", before: 2, after: 9),
                MappingDifference(pointer: "/rules/2", before: nil, after: ["k": 5]),
                MappingDifference(pointer: "/a~1b", before: 1, after: 2),
                MappingDifference(pointer: "/gone", before: true, after: nil),
                MappingDifference(pointer: "/new", before: nil, after: [:]),
            ]
        )
        #expect(MappingDifference.between(before, before).isEmpty)
    }
}
