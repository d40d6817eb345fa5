import DashModel
import DashStorage

/// NDJSON: a record ends with its line.
struct LineFramer: RecordFramer {
    private var cursor = FileCursor()
    private let limits: SliceLimits
    private var isDone = false
    /// How far the bytes hold no line's end.
    private var scanned = 0

    private static let newline = UInt8(ascii: "\n")

    init(limits: SliceLimits = SliceLimits()) { self.limits = limits }

    var position: Int64 { cursor.position }
    var isReady: Bool { true }

    mutating func write(_ bytes: [UInt8]) { cursor.write(bytes) }
    mutating func end() { cursor.end() }

    mutating func jump(to position: Int64, lines: Int64) {
        cursor.jump(to: position, lines: lines)
        scanned = 0
    }

    mutating func next() throws(DashError) -> UploadSlice? {
        guard !isDone, cursor.isAtEnd || cursor.bytes.count >= limits.bytes else { return nil }
        var slice = UploadSlice(at: cursor)
        guard let mark = cursor.markLength else { return nil }
        let bytes = cursor.bytes
        var index = mark
        var newlines: Int64 = 0
        var lines: [UInt8] = []
        lines.reserveCapacity(min(bytes.count, limits.bytes * 2))
        while index < bytes.count, index < limits.bytes, slice.numbers.count < limits.records {
            let found = bytes[max(index, scanned)...].firstIndex(of: Self.newline)
            if found == nil, !cursor.isAtEnd { break }
            let end = found ?? bytes.count
            let line = bytes[index..<end]
            let number = cursor.lines + newlines + 1
            if line.count > limits.record {
                slice.unreadable.append(
                    UploadSlice.unreadable(line, at: number, "the record is longer than \(limits.record) bytes")
                )
            } else if line.contains(where: { $0 > 32 }) {
                lines += line
                lines.append(Self.newline)
                slice.numbers.append(number)
            }
            index = min(end + 1, bytes.count)
            if found != nil { newlines += 1 }
        }
        if index == mark, !cursor.isAtEnd {
            scanned = bytes.count
            guard bytes.count > limits.record + limits.bytes else { return nil }
            throw DashError(
                .invalid,
                """
                Line \(cursor.lines + 1) is longer than \(limits.record) bytes: NDJSON has one record a line. Send a file \
                that is one JSON array as json.
                """
            )
        }
        scanned = 0
        slice.content = .lines(lines)
        cursor.drop(index, newlines: newlines)
        isDone = slice.close(at: cursor)
        slice.isLast = isDone
        return slice
    }
}
