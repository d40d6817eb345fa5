import DashJSON
import DashMapping
import DashModel
import Foundation
import TestSupport
import Testing

@Suite struct MappingPropertyTests {
    private static func record(_ random: inout SeededGenerator, depth: Int = 3) -> JSONValue {
        let keys = ["a", "b", "c", "d", "long key name", "é\"\\"]
        var object = JSONObject()
        for key in keys where Bool.random(using: &random) {
            switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &random) {
            case 0: object[key] = .null
            case 1: object[key] = .number(JSONNumber(Int.random(in: -9999...9999, using: &random)))
            case 2:
                object[key] = .string(
                    ["", "12", "1.5", "true", "2026-11-21T04:48:52Z", "é😀\n"].randomElement(using: &random) ?? ""
                )
            case 3: object[key] = .bool(Bool.random(using: &random))
            case 4: object[key] = JSONValue(finite: Double.random(in: -10...10, using: &random))
            case 5:
                object[key] = .array(
                    (0..<Int.random(in: 0...3, using: &random)).map { _ in record(&random, depth: depth - 1) }
                )
            default: object[key] = record(&random, depth: depth - 1)
            }
        }
        return .object(object)
    }

    private static func seed() -> UInt64 {
        let given = ProcessInfo.processInfo.environment["DASH_SEED"].flatMap { UInt64($0) }
        let seed = given ?? UInt64.random(in: 0 ... .max)
        print("mapping property seed: \(seed)")
        return seed
    }

    private func body(_ count: Int, _ random: inout SeededGenerator) -> String {
        JSONValue.array((0..<count).map { _ in Self.record(&random) }).text
    }

    @Test func renamingThereAndBackIsTheIdentity() throws {
        let seed = Self.seed()
        var random = SeededGenerator(seed: seed)
        let input = body(300, &random)
        let definition =
            #"{"transformations":[{"kind":"rename","from":"a","to":"z"},{"kind":"rename","from":"b.c","to":"b.y"},{"kind":"rename","from":"b.y","to":"b.c"},{"kind":"rename","from":"z","to":"a"}]}"#
        #expect(try MappingCase(definition, input).text == (try MappingCase("{}", input)).text, "seed \(seed)")
    }

    @Test func theShortAndTheLongWayAgree() throws {
        let seed = Self.seed()
        var random = SeededGenerator(seed: seed)
        let sources = ["$.a", "$.b.c", "$['long key name'].a", "$.c[0].d", "$..a", "$.d[*].b", "$['é\\\"\\\\\\\\']"]
        for _ in 0..<60 {
            let input = body(40, &random)
            let targets = ["x", "y.p", "y.q", "z.r.s", "é\\\"", "y.n.m"].shuffled(using: &random)
            let types = ["any", "string", "number", "integer", "boolean", "timestamp"]
            let mappings = targets.map { target in
                let source = sources.randomElement(using: &random) ?? "$.a"
                let type = types.randomElement(using: &random) ?? "any"
                let extra = ["", #","default":[1]"#, #","required":true"#].randomElement(using: &random) ?? ""
                return #"{"target":"\#(target)","source":"\#(source)","type":"\#(type)"\#(extra)}"#
            }
            let list = mappings.joined(separator: ",")
            let rules =
                #"[{"kind":"range","field":"x","max":5000},{"kind":"enum","field":"y.p","values":[1,"12","1.5",null,true]}]"#
            let short = try MappingCase(#"{"mappings":[\#(list)],"rules":\#(rules)}"#, input)
            let change = #"[{"kind":"drop","fields":["none"]}]"#
            let long = try MappingCase(
                #"{"mappings":[\#(list)],"rules":\#(rules),"transformations":\#(change)}"#,
                input
            )
            let shortTrees = try short.text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
            let longTrees = try long.text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
            #expect(shortTrees == longTrees, "seed \(seed)")
            #expect(short.output.refused.map(\.data) == long.output.refused.map(\.data), "seed \(seed)")
        }
    }

    @Test func storedRecordsCanBeMappedAgain() throws {
        let seed = Self.seed()
        var random = SeededGenerator(seed: seed)
        let first = try MappingCase("{}", body(100, &random)).output
        let definition = try MappingDefinition(
            JSONValue(parsing: #"{"transformations":[{"kind":"drop","fields":["no such"]}]}"#)
        )
        let again = try MappingProgram(compiling: definition).run(first.records)
        #expect(again.records == first.records, "seed \(seed)")
        #expect(try MappingProgram(compiling: MappingDefinition()).run(first.records).records == first.records)
    }
}
