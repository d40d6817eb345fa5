import DashJSON

/// Turns CSV (RFC 4180) into NDJSON while it arrives: the first row names the columns, each other row is a record of
/// texts. The delimiter is found in the first row: comma, semicolon, tab or bar. A row that is too short lacks its last
/// columns; what a row has too many is called `column_7` by its place.
public struct CSVLines: Sendable {
    private enum State { case start, plain, quoted, quoteInQuoted }

    private static let delimiters: [UInt8] = [44, 59, 9, 124]
    private static let quote: UInt8 = 34
    private static let lineFeed: UInt8 = 10
    private static let carriageReturn: UInt8 = 13
    /// What a first row may have without a line's end; a longer one is no table.
    private static let maxHeader = 1 << 20

    private var columns: [String]?
    private var delimiter: UInt8?
    private var state = State.start
    private var cell: [UInt8] = []
    private var row: [String] = []
    private var line = 1
    private var lastWasReturn = false
    /// The bytes of the first row, until its delimiter is known.
    private var head: [UInt8] = []
    private var output: [UInt8] = []

    public init(delimiter: UInt8? = nil) { self.delimiter = delimiter }

    /// Takes the next bytes.
    public mutating func write(_ bytes: some Collection<UInt8>) throws(BodyError) {
        guard delimiter == nil else { return try take(bytes) }
        head += bytes
        guard let found = Self.delimiter(of: head) else {
            if head.count > Self.maxHeader { throw error("the first row does not end") }
            return
        }
        try begin(found)
    }

    /// Ends the last row.
    public mutating func finish() throws(BodyError) {
        if delimiter == nil { try begin(Self.delimiter(of: head + [Self.lineFeed]) ?? Self.delimiters[0]) }
        if state == .quoted { throw error("a quoted cell does not end") }
        if !cell.isEmpty || !row.isEmpty || state != .start { endRow() }
    }

    /// The records that are ready, one a line.
    public mutating func takeLines() -> [UInt8] {
        defer { output = [] }
        return output
    }

    private mutating func begin(_ found: UInt8) throws(BodyError) {
        delimiter = found
        let first = head.starts(with: [0xEF, 0xBB, 0xBF]) ? head.dropFirst(3) : head[...]
        head = []
        try take(first)
    }

    private mutating func take(_ bytes: some Collection<UInt8>) throws(BodyError) {
        let delimiter = delimiter ?? Self.delimiters[0]
        for byte in bytes {
            let isSecondHalf = lastWasReturn && byte == Self.lineFeed
            lastWasReturn = byte == Self.carriageReturn && state != .quoted
            if isSecondHalf { continue }
            switch (state, byte) {
            case (.quoted, Self.quote): state = .quoteInQuoted
            case (.quoted, _):
                if byte == Self.lineFeed { line += 1 }
                cell.append(byte)
            case (.quoteInQuoted, Self.quote):
                cell.append(byte)
                state = .quoted
            case (.start, Self.quote): state = .quoted
            case (_, delimiter): endCell()
            case (_, Self.lineFeed), (_, Self.carriageReturn):
                // An empty line is no record.
                if state != .start || !row.isEmpty { endRow() }
                line += 1
            case (.quoteInQuoted, _): throw error("a quoted cell goes on behind its quote")
            default:
                cell.append(byte)
                state = .plain
            }
        }
    }

    private mutating func endCell() {
        row.append(String(decoding: cell, as: UTF8.self))
        cell.removeAll(keepingCapacity: true)
        state = .start
    }

    private mutating func endRow() {
        endCell()
        defer { row.removeAll(keepingCapacity: true) }
        guard let columns else {
            columns = Self.distinct(row)
            return
        }
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        for (index, value) in row.enumerated() {
            writer.key(index < columns.count ? columns[index] : "column_\(index + 1)")
            writer.string(value)
        }
        writer.endObject()
        output += writer.bytes
        output.append(Self.lineFeed)
    }

    /// Names for all columns, each once.
    private static func distinct(_ names: [String]) -> [String] {
        var taken: Set<String> = []
        return names.enumerated().map { index, name in
            var name = name.isEmpty ? "column_\(index + 1)" : name
            while !taken.insert(name).inserted { name += "_\(index + 1)" }
            return name
        }
    }

    /// The most frequent one outside of quotes; nil when the first row is not complete.
    public static func delimiter(of head: [UInt8]) -> UInt8? {
        var counts = [Int](repeating: 0, count: delimiters.count)
        var isQuoted = false
        for byte in head {
            if byte == quote { isQuoted.toggle() }
            guard !isQuoted else { continue }
            if byte == lineFeed || byte == carriageReturn {
                let best = counts.max() ?? 0
                return delimiters[counts.firstIndex(of: best) ?? 0]
            }
            if let index = delimiters.firstIndex(of: byte) { counts[index] += 1 }
        }
        return nil
    }

    private func error(_ reason: String) -> BodyError { BodyError(format: "CSV", reason: reason, line: line) }
}
