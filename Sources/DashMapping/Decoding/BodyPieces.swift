/// The pieces of a body that are records of their own, found without reading them.
protocol BodyPieces: Sequence where Element == Range<Int> {
    /// Whether the body is arranged as it should be, so that its pieces are records.
    var areWhole: Bool { get }
}

/// Lines, or what stands between two separators; those that hold nothing are left out.
struct LinePieces: BodyPieces {
    private let body: [UInt8]
    private let separator: UInt8

    init(_ body: [UInt8], separator: UInt8 = UInt8(ascii: "\n")) {
        self.body = body
        self.separator = separator
    }

    var areWhole: Bool { true }

    func makeIterator() -> AnyIterator<Range<Int>> {
        var index = 0
        return AnyIterator {
            while index < body.count {
                let start = index
                let end = body[start...].firstIndex(of: separator) ?? body.count
                index = end + 1
                if body[start..<end].contains(where: { $0 > 0x20 }) { return start..<end }
            }
            return nil
        }
    }
}

/// The elements of an array, told apart by brackets and quotes alone.
struct ElementPieces: BodyPieces {
    private let body: [UInt8]

    init(_ body: [UInt8]) { self.body = body }

    /// The array ends where the body does, and none of its elements is missing between two commas.
    var areWhole: Bool {
        var end = body.firstIndex(of: UInt8(ascii: "[")).map { $0 + 1 } ?? 0
        for piece in self {
            guard body[piece].contains(where: { $0 > 0x20 }) else { return false }
            end = piece.upperBound
        }
        return end < body.count && body[end] == UInt8(ascii: "]") && body[(end + 1)...].allSatisfy { $0 <= 0x20 }
    }

    func makeIterator() -> AnyIterator<Range<Int>> {
        var index = body.firstIndex(of: UInt8(ascii: "[")).map { $0 + 1 } ?? body.count
        var isDone = false
        return AnyIterator {
            guard !isDone, index < body.count else { return nil }
            let start = index
            let end = Self.end(of: start, in: body)
            isDone = end >= body.count || body[end] != UInt8(ascii: ",")
            index = end + 1
            return start..<end
        }
    }

    /// The comma or bracket behind an element.
    private static func end(of start: Int, in body: [UInt8]) -> Int {
        var depth = 0
        var index = start
        while index < body.count {
            switch body[index] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return index }
                depth -= 1
            case UInt8(ascii: ",") where depth == 0: return index
            case UInt8(ascii: "\""):
                index += 1
                while index < body.count, body[index] != UInt8(ascii: "\"") {
                    index += body[index] == UInt8(ascii: "\\") ? 2 : 1
                }
            default: break
            }
            index += 1
        }
        return body.count
    }
}
