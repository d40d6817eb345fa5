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
