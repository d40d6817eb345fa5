import Foundation
import TestSupport

/// Odd input, made from a seed and the case's number.
struct FuzzInput {
    var random: SeededGenerator
    /// Whether to tell what is made, for whoever runs one case again.
    private let isTold: Bool

    init(seed: UInt64, number: UInt64, isTold: Bool = false) {
        self.isTold = isTold
        var mixer = SeededGenerator(seed: seed)
        random = SeededGenerator(seed: mixer.next() ^ (number &* 0xD134_2543_DE82_EF95))
    }

    mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    mutating func isOne(in count: Int) -> Bool { int(1...count) == 1 }
    mutating func pick<Value>(_ values: [Value]) -> Value { values[int(0...(values.count - 1))] }

    /// Tells what a target is about to be given.
    func note<Value>(_ value: Value) -> Value {
        guard isTold else { return value }
        if let bytes = value as? [UInt8] {
            print(String(decoding: bytes, as: UTF8.self).debugDescription.prefix(4_000))
        } else {
            print(String(reflecting: value).prefix(4_000))
        }
        fflush(nil)
        return value
    }

    /// A number near an edge, as JSON spells it.
    mutating func number() -> String {
        switch int(0...9) {
        case 0: return "\(int(-3...3))"
        case 1...4:
            let powers = [7, 8, 15, 16, 31, 32, 52, 53, 62, 63, 64, 127]
            return FuzzNumbers.power(pick(powers), plus: int(-2...2), isNegative: isOne(in: 2))
        case 5: return String(int(.min ... .max))
        case 6: return pick(FuzzNumbers.fractions)
        case 7: return "\(int(-999...999)).\(int(0...999_999_999))"
        case 8: return "\(int(-99...99))e\(int(-400...400))"
        default: return pick(["", "-"]) + String(repeating: pick(["9", "1", "7"]), count: int(1...60))
        }
    }

    /// What somebody may write where a number is asked for.
    mutating func numberText() -> String {
        isOne(in: 3) ? pick(FuzzNumbers.texts) : number()
    }

    mutating func text() -> String {
        switch int(0...7) {
        case 0: return ""
        case 1: return numberText()
        case 2: return timestamp()
        case 3: return pick(FuzzTexts.odd)
        case 4: return String(repeating: pick(FuzzTexts.odd + ["a", "0", "("]), count: int(1...200))
        case 5: return (0..<int(0...6)).map { _ in pick(FuzzTexts.odd) }.joined()
        case 6: return String(String.UnicodeScalarView((0..<int(0...20)).compactMap { _ in scalar() }))
        default: return pick(FuzzTexts.words)
        }
    }

    private mutating func scalar() -> Unicode.Scalar? {
        Unicode.Scalar(UInt32(int(0...pick([0x7F, 0x7FF, 0xFFFF, 0x10FFFF]))))
    }

    mutating func timestamp() -> String {
        if isOne(in: 4) { return pick(FuzzTexts.times) }
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let year = pick(["0000", "0001", "1582", "1969", "1970", "2024", "2262", "2263", "9999", "\(int(0...99_999))"])
        let zone = pick(["Z", "", "z", "+00:00", "-23:59", "+23:59", "+2400", " GMT", "+99:99"])
        let fraction = pick(["", ".0", ".999999999", ",5", "." + String(repeating: "9", count: int(1...30))])
        return "\(year)-\(two(int(0...13)))-\(two(int(0...32)))\(pick(["T", " ", "t"]))"
            + "\(two(int(0...25))):\(two(int(0...61))):\(two(int(0...61)))\(fraction)\(zone)"
    }

    mutating func duration() -> String {
        (0..<int(1...3)).map { _ in numberText() + pick(["s", "m", "h", "d", "w", "ms", "us", "ns", "y", ""]) }.joined()
    }

    /// A JSON text, mostly a sound one.
    mutating func json(_ depth: Int = 4) -> String {
        switch int(0...(depth > 0 ? 9 : 6)) {
        case 0: return pick(["null", "true", "false"])
        case 1...3: return number()
        case 4...6: return JSONTexts.quoted(text(), random: &random)
        case 7: return "[" + (0..<int(0...5)).map { _ in json(depth - 1) }.joined(separator: ",") + "]"
        default: return object(depth - 1)
        }
    }

    /// An object whose keys are those that the templates ask for.
    mutating func object(_ depth: Int = 3) -> String {
        let members = (0..<int(0...7)).map { _ in
            let key = isOne(in: 6) ? JSONTexts.quoted(text(), random: &random) : "\"\(pick(FuzzTexts.keys))\""
            return "\(key):\(json(depth))"
        }
        return "{" + members.joined(separator: ",") + "}"
    }

    /// `{n}`, `{q}`, `{s}`, `{t}`, `{d}`, `{k}`, `{j}` in a template become numbers, texts for numbers, texts, times, spans,
    /// keys and JSON.
    mutating func filled(_ template: String) -> String {
        var result = ""
        var rest = template[...]
        while let open = rest.firstIndex(of: "{") {
            result += rest[..<open]
            rest = rest[open...]
            guard rest.count >= 3, let letter = rest.dropFirst().first, rest.dropFirst(2).first == "}" else {
                result.append("{")
                rest = rest.dropFirst()
                continue
            }
            switch letter {
            case "n": result += number()
            case "q": result += numberText()
            case "s": result += String(JSONTexts.quoted(text(), random: &random).dropFirst().dropLast())
            case "t": result += timestamp()
            case "d": result += duration()
            case "k": result += pick(FuzzTexts.keys)
            case "j": result += json(2)
            case "i": result += "\(pick([0, 1, -1, 2, 5, .max, .min, 1 << 53, 1 << 31]))"
            default: result += "{\(letter)}"
            }
            rest = rest.dropFirst(3)
        }
        return result + rest
    }

    /// The same bytes with some changed, left out, doubled or put in.
    mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<int(1...6) {
            let place = int(0...bytes.count)
            switch int(0...6) {
            case 0: if place < bytes.count { bytes[place] = UInt8(int(0...255)) }
            case 1: if place < bytes.count { bytes[place] ^= 1 << UInt8(int(0...7)) }
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + int(0...8)))
            case 3: bytes.insert(contentsOf: Array(pick(FuzzTexts.odd).utf8), at: place)
            case 4: bytes.insert(contentsOf: pick(FuzzTexts.bytes), at: place)
            case 5: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + int(0...64))], at: place)
            default: bytes.insert(contentsOf: Array(numberText().utf8), at: place)
            }
        }
        return bytes
    }

    /// A text that was changed byte by byte, its broken characters replaced.
    mutating func mutated(_ text: String) -> String { String(decoding: mutated(Array(text.utf8)), as: UTF8.self) }

    /// As it is, or changed.
    mutating func perhapsMutated(_ text: String) -> String { isOne(in: 3) ? mutated(text) : text }
}
