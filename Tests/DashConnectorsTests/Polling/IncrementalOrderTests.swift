import DashJSON
import DashModel
import Foundation
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

@testable import DashConnectors

/// Whatever the values look like by which a source's records are in order, each record is taken once.
@Suite struct IncrementalOrderTests {
    /// An API with a growing list of records; it filters by `since` in the order of its own, or not at all.
    private final class GrowingAPI: HTTPTransport {
        private let values = Mutex<[String]>([])
        private let filters: Bool

        init(filters: Bool) { self.filters = filters }

        func append(_ more: some Sequence<String>) { values.withLock { $0 += more } }

        func send(_ request: OutboundRequest) async throws -> OutboundResponse {
            let since = URLComponents(string: request.url)?.queryItems?.first { $0.name == "since" }?.value
            let values = values.withLock { $0 }
            var rows = values.enumerated().map { ($0.offset, $0.element) }
            if filters, let since,
                let start = values.firstIndex(where: { $0 == since || $0 == "\"\(since)\"" })
            {
                rows = Array(rows[start...])
            }
            return ScriptedAPI.ok("[" + rows.map { "{\"id\":\($0),\"v\":\($1)}" }.joined(separator: ",") + "]")
        }
    }

    private static func ids(_ text: String) throws -> [Int] {
        try text.split(separator: "\n").map { try JSONValue(parsing: String($0))["id"]?.intValue ?? -1 }
    }

    /// Polls as the values come and returns what was stored, each id as often as it was.
    private static func stored(_ batches: [[String]], filters: Bool, _ more: JSONObject = [:]) async throws -> [Int] {
        let api = GrowingAPI(filters: filters)
        let scene = PollingScene(api)
        let incremental = JSONObject([("field", "$.v"), ("overlap", 0)]).merging(more)
        let config: JSONValue = ["url": "https://a.test/x", "incremental": .object(incremental)]
        var all: [Int] = []
        for batch in batches + [[]] {
            api.append(batch)
            all += try ids(try await scene.poll(config))
        }
        return all
    }

    private static func hex(_ number: Int) -> String {
        "\"" + String(repeating: "0", count: 8 - String(number, radix: 16).count) + String(number, radix: 16) + "\""
    }

    @Test(arguments: [true, false]) func textsThatPartlyReadAsNumbersAreTexts(filters: Bool) async throws {
        let batches = (0..<6).map { round in (0..<7).map { Self.hex(0x0d + round * 7 + $0) } }
        #expect(try await Self.stored(batches, filters: filters) == Array(0..<42))
    }

    @Test(arguments: [true, false]) func aTypeThatIsSaidHolds(filters: Bool) async throws {
        let hex = (0..<6).map { round in (0..<5).map { Self.hex(round * 5 + $0) } }
        #expect(try await Self.stored(hex, filters: filters, ["type": "text"]) == Array(0..<30))
        let numbers = (0..<6).map { round in (0..<5).map { "\"\(round * 5 + $0)\"" } }
        #expect(try await Self.stored(numbers, filters: filters, ["type": "number"]) == Array(0..<30))
    }

    @Test(arguments: [true, false]) func allDigitsOfANumberCount(filters: Bool) async throws {
        let first: UInt64 = 1_269_943_055_849_660_418
        let batches = (0..<6).map { round in (0..<5).map { "\(first + UInt64(round * 5 + $0))" } }
        #expect(try await Self.stored(batches, filters: filters) == Array(0..<30))
    }

    /// `13` comes after `a9` here, though texts of one length have it in front.
    @Test func aTextThatReadsAsANumberIsInNoOrderOfOthers() async throws {
        let worlds: [[[String]]] = [
            [["\"a5\""], ["\"a7\"", "\"a9\""], ["\"13\"", "\"15\""], ["\"16\""]],
            [["\"11\"", "\"a3\""], ["\"a5\""], ["\"a7\""], ["\"13\""]],
            [["\"08\"", "\"09\""], ["\"10\""], ["\"a7\""], ["\"a9\""], ["\"13\""]],
        ]
        for world in worlds {
            let count = world.reduce(0) { $0 + $1.count }
            #expect(try await Self.stored(world, filters: false) == Array(0..<count), "\(world)")
        }
    }

    @Test(arguments: [true, false]) func paddedNumbersGoOnBeyondTheirZeros(filters: Bool) async throws {
        let texts = (1_098..<1_128).map { (number: Int) -> String in "\"\(String(number).suffix(3))\"" }
        let batches = (0..<6).map { (round: Int) -> [String] in Array(texts[round * 5..<round * 5 + 5]) }
        #expect(batches.first?.first == "\"098\"")
        #expect(try await Self.stored(batches, filters: filters) == Array(0..<30))
    }

    /// An API with the newest first, read a page a run: what its values have in common shows only at the end.
    @Test(arguments: [
        ["12", "\"a1\"", "7", "null", "\"0000000d\"", "3"], ["\"20\"", "\"1f\"", "\"10\"", "\"0f\"", "\"09\""],
        ["9", "8", "7", "6", "5"],
        ["\"2026-01-03\"", "\"2026-01-02\"", "\"zzzzzzzzzz\"", "\"2026-01-01\""],
    ])
    func theOrderIsFoundAtTheEndOfAScan(values: [String]) async throws {
        let api = ScriptedAPI { request, _ in
            let page = URLComponents(string: request.url)?.queryItems?.first { $0.name == "page" }?.value.flatMap {
                Int($0)
            }
            let index = (page ?? 1) - 1
            guard index < values.count else { return ScriptedAPI.ok("[]") }
            return ScriptedAPI.ok("[{\"id\":\(index),\"v\":\(values[index])}]")
        }
        let scene = PollingScene(api)
        let config: JSONValue = [
            "url": "https://a.test/x", "pagination": ["kind": "page"], "max_pages": 1,
            "incremental": ["field": "$.v", "overlap": 0],
        ]
        var ids: [Int] = []
        for run in 0..<3 * values.count + 3 {
            ids += try Self.ids(try await scene.poll(config))
            if run < values.count - 1 { #expect(scene.cursor?["order"] == nil) }
        }
        #expect(ids == Array(0..<values.count))
    }

    @Test(arguments: [("0000000e", [1, 2, 3]), ("14", [0, 1, 2, 3])])
    func theBeginningHoldsWhereItCanBeCompared(initial: String, expected: [Int]) async throws {
        let values = [[Self.hex(13), Self.hex(14)], [Self.hex(15), Self.hex(16)]]
        let stored = try await Self.stored(values, filters: false, ["initial": .string(initial)])
        #expect(stored == expected)
    }

    /// An older version put texts that read as numbers in front of all others: what it settled is settled in no one order.
    @Test func whatWasSettledInNoOrderIsReadAgain() async throws {
        let api = ScriptedAPI { _, _ in
            ScriptedAPI.ok("[{\"id\":0,\"v\":\"12\"},{\"id\":1,\"v\":\"a1\"},{\"id\":2,\"v\":\"a2\"}]")
        }
        let old: JSONValue = ["field": "$.v", "from": "a1", "newest": "a2", "seen": [["13", ["x"]], ["a2", ["y"]]]]
        let scene = PollingScene(api, cursor: old)
        let config: JSONValue = ["url": "https://a.test/x", "incremental": ["field": "$.v", "overlap": 0]]
        #expect(try Self.ids(try await scene.poll(config)).contains(0))
        #expect(try await scene.poll(config) == "")
    }

    /// Random values of every kind. `DASH_SEED` repeats one run.
    @Test func noRecordIsLostWhateverTheValuesAre() async throws {
        let given = ProcessInfo.processInfo.environment["DASH_SEED"].flatMap { UInt64($0) }
        let first = given ?? UInt64.random(in: 0..<1 << 40)
        for seed in first..<first + (given == nil ? 300 : 1) {
            var generator = SeededGenerator(seed: seed)
            let kind = Int.random(in: 0..<6, using: &generator)
            var next = Int.random(in: 0..<20, using: &generator)
            let batches = (0..<8).map { _ in
                (0..<Int.random(in: 0...6, using: &generator)).map { _ -> String in
                    next += Int.random(in: 1...3, using: &generator)
                    switch kind {
                    case 0: return "\(next)"
                    case 1: return "\"\(next)\""
                    case 2: return Self.hex(next)
                    case 3: return "\"\(Timestamp(seconds: Int64(next) * 3_600).text)\""
                    case 4: return "\"x" + String(next + 1_000_000) + "\""
                    default:
                        return ["\(next)", "\"\(next)\"", Self.hex(next), "\"a\(next)\"", "null", "true"]
                            .randomElement(using: &generator) ?? ""
                    }
                }
            }
            let count = batches.reduce(0) { $0 + $1.count }
            let stored = try await Self.stored(batches, filters: kind < 5 && Bool.random(using: &generator))
            #expect(stored == Array(0..<count), "DASH_SEED=\(seed) kind \(kind): \(batches)")
        }
    }
}
