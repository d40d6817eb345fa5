import NIOCore

/// A file of NDJSON that is made while it is sent. Now and then a line is broken.
struct GeneratedLines: Sendable {
    private static let linesOfPiece = 1_000
    private static let filler = String(repeating: "x", count: 180)

    let size: Int
    /// Good lines.
    let records: Int
    let broken: Int
    /// Of the good lines' numbers.
    let sum: Int
    private let lines: Int

    /// About as large as said.
    init(bytes: Int) {
        lines = bytes / 210 / Self.linesOfPiece * Self.linesOfPiece
        var (size, broken, sum) = (0, 0, 0)
        for number in 0..<lines {
            size += Self.length(number)
            if Self.isBroken(number) { broken += 1 } else { sum += number }
        }
        (self.size, self.broken, self.sum) = (size, broken, sum)
        records = lines - broken
    }

    /// What the HTTP client sends, made piece by piece.
    var pieces: AsyncStream<ByteBuffer> {
        let count = lines / Self.linesOfPiece
        let next = PieceCounter()
        return AsyncStream {
            let piece = next.take()
            guard piece < count else { return nil }
            let first = piece * Self.linesOfPiece
            return ByteBuffer(
                string: (first..<first + Self.linesOfPiece).map(Self.line).joined()
            )
        }
    }

    private static func isBroken(_ number: Int) -> Bool { number % 25_000 == 24_999 }

    private static func line(_ number: Int) -> String {
        "{\"n\":\(number),\"text\":\"\(filler)\"\(isBroken(number) ? "" : "}")\n"
    }

    private static func length(_ number: Int) -> Int {
        var digits = 1
        var rest = number / 10
        while rest > 0 {
            digits += 1
            rest /= 10
        }
        return 5 + digits + 9 + filler.utf8.count + 1 + (isBroken(number) ? 0 : 1) + 1
    }
}
