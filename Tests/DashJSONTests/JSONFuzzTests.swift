import DashJSON
import Foundation
import TestSupport
import Testing

@Suite struct JSONFuzzTests {
    /// A random tree whose text has every form in it.
    private static func tree(_ depth: Int, _ random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .number(JSONNumber(Int.random(in: -1_000_000...1_000_000, using: &random)))
        case 3: return JSONValue(finite: Double.random(in: -1e9...1e9, using: &random))
        case 4: return .string(text(&random))
        case 5: return .array((0..<Int.random(in: 0...5, using: &random)).map { _ in tree(depth - 1, &random) })
        default:
            let count = Int.random(in: 0...(Int.random(in: 0...30, using: &random) == 0 ? 60 : 6), using: &random)
            return .object(JSONObject((0..<count).map { _ in (text(&random), tree(depth - 1, &random)) }))
        }
    }

    private static func text(_ random: inout SeededGenerator) -> String {
        let letters: [Character] = ["a", "b", "c", "\"", "\\", "/", "\n", "\u{1}", "é", "€", "😀", " ", "{", ","]
        let count = Int.random(in: 0...20, using: &random)
        return String((0..<count).map { _ in letters.randomElement(using: &random) ?? "a" })
    }

    @Test func everythingWrittenIsReadBackAndNothingBrokenCrashes() throws {
        let given = ProcessInfo.processInfo.environment["DASH_SEED"].flatMap { UInt64($0) }
        let seed = given ?? UInt64.random(in: 0 ... .max)
        print("JSON fuzz seed: \(seed)")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let value = Self.tree(5, &random)
            let bytes = value.encoded()
            let read = try JSONValue(parsing: bytes)
            #expect(read == value, "seed \(seed)")
            #expect(read.encoded() == bytes, "seed \(seed)")
            #expect(try JSONDocument(parsing: bytes).root?.compactBytes == bytes, "seed \(seed)")

            for _ in 0..<30 { tryBroken(Self.broken(bytes, &random), seed) }
        }
    }

    private static func broken(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        guard !bytes.isEmpty else { return bytes }
        var bytes = bytes
        let position = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes.removeSubrange(position...)
        case 1: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: position)
        default: bytes.remove(at: position)
        }
        return bytes
    }

    /// What is accepted after all must be consistent: compact text, tree and a second reading agree.
    private func tryBroken(_ bytes: [UInt8], _ seed: UInt64) {
        guard let document = try? JSONDocument(parsing: bytes), let root = document.root else { return }
        let compact = root.compactBytes
        let again = try? JSONValue(parsing: compact)
        #expect(again == root.value, "seed \(seed)")
        #expect(String(validating: bytes, as: UTF8.self) != nil, "seed \(seed)")
    }
}
