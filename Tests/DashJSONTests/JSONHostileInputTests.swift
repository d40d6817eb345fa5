import DashJSON
import TestSupport
import Testing

/// Bodies made to be slow or large must stay cheap; the bounds are far above what they need.
@Suite struct JSONHostileInputTests {
    private static func repeated(_ piece: String, _ count: Int, from start: String, to end: String) -> [UInt8] {
        Array((start + String(repeating: piece, count: count) + end).utf8)
    }

    @Test(arguments: [
        repeated("\"a\":1,", 100_000, from: "{", to: "\"a\":2}"),
        repeated("\"\\u0061\":1,", 50_000, from: "{", to: "\"a\":2}"),
        Array("{\((0..<60_000).map { "\"\($0)\":1" }.joined(separator: ","))}".utf8),
        repeated("[", 500_000, from: "", to: ""), repeated("{\"a\":", 100_000, from: "", to: ""),
        repeated("[[],", 200, from: "", to: ""), repeated("\\", 500_000, from: "\"", to: "\""),
        repeated("é", 400_000, from: "\"", to: "\""), repeated(" ", 900_000, from: "[", to: "1]"),
        repeated("9", 900_000, from: "", to: ""), repeated("1,", 450_000, from: "[", to: "1]"),
    ])
    func endsSoon(bytes: [UInt8]) {
        let cost = ProcessorTime.of {
            if let document = try? JSONDocument(parsing: bytes), let root = document.root {
                _ = root["a"]?.int
                _ = root.compactBytes
            }
        }
        #expect(cost < .seconds(60))
    }

    @Test func theLastOfManyEqualKeysWins() throws {
        let bytes = Self.repeated("\"a\":1,", 100_000, from: "{", to: "\"a\":2}")
        let root = try #require(try JSONDocument(parsing: bytes).root)
        #expect(root["a"]?.int == 2)
        #expect(root.compactBytes == Array("{\"a\":2}".utf8))
    }

    @Test func adjacentRecordsAreRead() throws {
        let document = try JSONDocument(parsingAdjacent: Array(#"{"a":1}{"a":2} {"a":3}"#.utf8))
        #expect(document.roots.compactMap { document.view($0)["a"]?.int } == [1, 2, 3])
        #expect(throws: JSONError.self) { try JSONDocument(parsingAdjacent: Array("{}]".utf8)) }
    }

    @Test func aDocumentIsReadFromManyTasks() async throws {
        let document = try JSONDocument(parsing: Array(#"{"l":[1,2,3],"s":"\u0061"}"#.utf8))
        let sum = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<16 {
                group.addTask { document.root?["l"]?.elements.reduce(0) { $0 + ($1.int ?? 0) } ?? 0 }
            }
            return await group.reduce(0, +)
        }
        #expect(sum == 96)
    }
}
