import DashMapping
import DashModel
import DashStorage

/// CSV: a record ends with its row, whose quoted cells may hold ends of lines. The first row names the columns of all.
struct TableFramer: RecordFramer {
    private enum State { case start, plain, quoted, quoteInQuoted, broken }

    /// A row as the scan finds it.
    private struct Row {
        var end: Int
        var newlines: Int64
        /// Why it is none.
        var fault: String?
    }

    private static let quote = UInt8(ascii: "\"")
    private static let newline = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    private var cursor = FileCursor()
    private let limits: SliceLimits
    private var isDone = false
    /// The first row with its end.
    private var header: [UInt8]?
    private var delimiter = UInt8(ascii: ",")
    /// How many bytes must be there before another try to find the end of the first row in line makes sense.
    private var wanted = 0

    init(limits: SliceLimits = SliceLimits()) { self.limits = limits }

    var position: Int64 { cursor.position }
    var isReady: Bool { header != nil }

    mutating func write(_ bytes: [UInt8]) {
        cursor.write(bytes)
        if header == nil { readHeader() }
    }

    mutating func end() {
        cursor.end()
        if header == nil { readHeader() }
    }

    mutating func jump(to position: Int64, lines: Int64) {
        cursor.jump(to: position, lines: lines)
        wanted = 0
    }

    mutating func next() throws(DashError) -> UploadSlice? {
        guard !isDone else { return nil }
        guard let header else {
            if cursor.isAtEnd, cursor.bytes.allSatisfy({ $0 <= 32 }) { return empty() }
            guard cursor.isAtEnd || cursor.bytes.count > limits.record else { return nil }
            throw DashError(.invalid, "Line 1: the row with the names of the columns is broken or does not end.")
        }
        guard cursor.isAtEnd || cursor.bytes.count >= max(limits.bytes, wanted) else { return nil }
        var slice = UploadSlice(at: cursor)
        let (taken, newlines, rows) = cut(&slice)
        if taken == 0, !cursor.isAtEnd {
            wanted = cursor.bytes.count * 2
            return nil
        }
        wanted = 0
        cursor.drop(taken, newlines: newlines)
        do throws(BodyError) {
            var table = CSVLines(delimiter: delimiter)
            try table.write(header)
            try table.write(rows)
            try table.finish()
            slice.lines = table.takeLines()
        } catch {
            throw DashError(.invalid, "Line \(slice.linesRead + 1) or behind: \(error.reason).")
        }
        isDone = slice.close(at: cursor)
        slice.isLast = isDone
        return slice
    }

    /// A file without a row.
    private mutating func empty() -> UploadSlice {
        var slice = UploadSlice(at: cursor)
        cursor.drop(cursor.bytes.count, newlines: 0)
        isDone = slice.close(at: cursor)
        slice.isLast = true
        return slice
    }

    /// The first slice begins behind the first row.
    private mutating func readHeader() {
        guard let mark = cursor.markLength else { return }
        guard let found = CSVLines.delimiter(of: cursor.bytes) ?? delimiterAtEnd() else { return }
        delimiter = found
        guard let row = row(in: cursor.bytes, from: mark), row.fault == nil else { return }
        header = Array(cursor.bytes[mark..<row.end])
        if header?.last != Self.newline { header?.append(Self.newline) }
        cursor.drop(row.end, newlines: row.newlines)
    }

    private func delimiterAtEnd() -> UInt8? {
        cursor.isAtEnd && !cursor.bytes.isEmpty ? CSVLines.delimiter(of: cursor.bytes + [Self.newline]) : nil
    }

    /// Takes rows until the slice is full; good ones are gathered, the others told apart.
    private func cut(_ slice: inout UploadSlice) -> (taken: Int, newlines: Int64, rows: [UInt8]) {
        let bytes = cursor.bytes
        var rows: [UInt8] = []
        rows.reserveCapacity(min(bytes.count, limits.bytes))
        var index = 0
        var newlines: Int64 = 0
        while index < bytes.count, index < limits.bytes, slice.numbers.count < limits.records {
            guard let row = row(in: bytes, from: index) else { break }
            let number = cursor.lines + newlines + 1
            let content = bytes[index..<row.end]
            if let fault = row.fault {
                slice.unreadable.append(UploadSlice.unreadable(content, at: number, fault))
            } else if content.contains(where: { $0 != Self.newline && $0 != Self.carriageReturn }) {
                rows += content
                if content.last != Self.newline { rows.append(Self.newline) }
                slice.numbers.append(number)
            }
            index = row.end
            newlines += row.newlines
        }
        return (index, newlines, rows)
    }

    /// The row that begins there; nil when more bytes are needed. Of a row whose quote never ends only the first line is
    /// taken, so that the rows behind it are read.
    private func row(in bytes: [UInt8], from start: Int) -> Row? {
        var state = State.start
        var newlines: Int64 = 0
        var index = start
        while index < bytes.count, index - start <= limits.record {
            let byte = bytes[index]
            index += 1
            switch (state, byte) {
            case (.quoted, Self.quote): state = .quoteInQuoted
            case (.quoted, _): if byte == Self.newline { newlines += 1 }
            case (.broken, Self.newline):
                return Row(end: index, newlines: newlines + 1, fault: "a quoted cell goes on behind its quote")
            case (.broken, _): break
            case (_, Self.newline): return Row(end: index, newlines: newlines + 1, fault: nil)
            case (.quoteInQuoted, Self.quote), (.start, Self.quote): state = .quoted
            case (_, delimiter): state = .start
            case (.quoteInQuoted, Self.carriageReturn): break
            case (.quoteInQuoted, _): state = .broken
            default: state = .plain
            }
        }
        if index - start > limits.record || state == .quoted && cursor.isAtEnd {
            return firstLine(in: bytes, from: start)
        }
        guard cursor.isAtEnd else { return nil }
        let fault = state == .broken ? "a quoted cell goes on behind its quote" : nil
        return Row(end: bytes.count, newlines: newlines, fault: fault)
    }

    private func firstLine(in bytes: [UInt8], from start: Int) -> Row {
        let fault = "a quoted cell or a row does not end"
        guard let end = bytes[start...].firstIndex(of: Self.newline) else {
            return Row(end: bytes.count, newlines: 0, fault: fault)
        }
        return Row(end: end + 1, newlines: 1, fault: fault)
    }
}
