/// The bytes of a file that are read and not yet cut, with their place.
struct FileCursor {
    private(set) var bytes: [UInt8] = []
    /// Where `bytes` begin in the file.
    private(set) var position: Int64 = 0
    /// Lines in front of them.
    private(set) var lines: Int64 = 0
    private(set) var isAtEnd = false

    /// The mark that some programs put in front of UTF-8 is no part of the first record.
    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    mutating func write(_ more: [UInt8]) { bytes += more }
    mutating func end() { isAtEnd = true }

    mutating func jump(to position: Int64, lines: Int64) {
        self = FileCursor()
        self.position = position
        self.lines = lines
    }

    /// How many bytes at the beginning are the mark; nil when there are too few to tell.
    var markLength: Int? {
        guard position == 0 else { return 0 }
        if bytes.count < Self.mark.count, !isAtEnd { return nil }
        return bytes.starts(with: Self.mark) ? Self.mark.count : 0
    }

    /// Leaves the first `count` bytes behind, with `newlines` in them.
    mutating func drop(_ count: Int, newlines: Int64) {
        bytes.removeFirst(count)
        position += Int64(count)
        lines += newlines
    }
}
