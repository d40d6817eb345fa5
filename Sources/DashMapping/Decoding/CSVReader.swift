public import DashJSON

/// Reads CSV (RFC 4180) while it arrives: the first row that is not empty names the columns, each other one is a record of
/// texts. A row that is too short lacks its last columns; what a row has too many is called `column_7` by its place.
/// Every row is given, good or not, with the line that it begins at: none is lost between two pieces.
public struct CSVReader: Sendable {
    public enum Row: Sendable, Hashable {
        case record
        /// Why it is none. Of a row whose quote never ends only the first line is taken, so that those behind are read;
        /// of one that is too long no byte is taken for anything else, wherever it ends.
        case unreadable(reason: String)
    }

    /// A row may have no more cells.
    private static let maxCells = 65_536
    /// Some programs put it in front of UTF-8.
    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private let form: TableForm
    private let maxRow: Int
    private var scanner = CSVScanner(delimiter: UInt8(ascii: ","))
    private var hasBegun = false
    /// What is not yet read, from the row at hand on.
    private var bytes: [UInt8] = []
    private var start = 0
    /// How far the row at hand has been looked at.
    private var scanned = 0
    private var isAtEnd = false
    /// How much of the row at hand was left behind without keeping it, as it is too long; nil for a row that is kept.
    private var skipped: Int64?
    private var columns: TableColumns?

    /// Where the next row begins, in bytes and in line ends.
    public private(set) var position: Int64 = 0
    public private(set) var lines: Int64 = 0
    /// The line that the last row begins at, counted from 1.
    public private(set) var line: Int64 = 1
    /// The bytes of the last row, as far as they are kept.
    public private(set) var rowBytes: [UInt8] = []

    /// `maxRow` is the longest row, in bytes.
    public init(_ form: TableForm = TableForm(), maxRow: Int = 8 << 20) {
        self.form = form
        self.maxRow = maxRow
    }

    /// Whether the names of the columns are known.
    public var isReady: Bool { columns != nil }
    /// Whether all has been read.
    public var isDone: Bool { isAtEnd && start == bytes.count && skipped == nil }
    /// How many bytes wait to be read.
    public var waiting: Int { bytes.count - start }

    /// Takes the next bytes.
    public mutating func write(_ more: some Collection<UInt8>) {
        if start > 0 {
            bytes.removeFirst(start)
            scanned -= start
            start = 0
        }
        bytes += more
    }

    /// There are no more.
    public mutating func end() { isAtEnd = true }

    /// Goes on at the beginning of a row; the bytes of `write` come from there.
    public mutating func jump(to position: Int64, lines: Int64) {
        self.position = position
        self.lines = lines
        bytes = []
        start = 0
        scanned = 0
        isAtEnd = false
        skipped = nil
        scanner.reset()
    }

    /// Puts the next row into `rows`; nil when it needs more bytes, or when there are none. Throws when the names of the
    /// columns can't be read.
    public mutating func next(_ rows: inout JSONRows) throws(Failure) -> Row? {
        try prepare()
        guard columns != nil else { return nil }
        while let scan = scan() {
            switch scan {
            case .fault(let fault):
                passFaulty()
                return .unreadable(reason: fault)
            case .row where scanner.isBlank: pass()
            case .row:
                let reason = try add(to: &rows)
                if reason != nil { keep(bytes[start..<scanned]) }
                pass()
                return reason.map { .unreadable(reason: $0) } ?? .record
            }
        }
        return nil
    }

    /// Finds out what concerns all of the table, as far as the bytes that came allow.
    public mutating func prepare() throws(Failure) {
        guard columns == nil, begin() else { return }
        if form.hasHeader == false {
            columns = TableColumns(names: [])
            return
        }
        while columns == nil {
            let scan = scan()
            // Nothing of the table can be read, however far away its end is.
            if skipped != nil { throw .body(error(isTooLong)) }
            guard let scan else { return }
            switch scan {
            case .fault(let fault): throw .body(error(fault))
            case .row:
                if !scanner.isBlank { columns = TableColumns(names: try names()) }
                pass()
            }
        }
    }

    /// Why a table can't be read at all.
    public enum Failure: Error, Sendable, Hashable {
        case body(BodyError)
        /// It holds more than it may.
        case json(JSONError)
    }

    /// What the scan found from the row's beginning on.
    private enum Scan {
        case row
        case fault(String)
    }

    /// The delimiter must be known; false when it is not yet.
    private mutating func begin() -> Bool {
        guard !hasBegun else { return true }
        let enough = form.delimiter == nil ? CSVDelimiter.sampleBytes : Self.mark.count
        guard isAtEnd || bytes.count >= enough else { return false }
        if position == 0, bytes.starts(with: Self.mark) {
            start = Self.mark.count
            scanned = start
            position = Int64(start)
        }
        let sample = bytes[start...].prefix(CSVDelimiter.sampleBytes)
        let guess = form.delimiter ?? CSVDelimiter.guess(sample, isWhole: isAtEnd && sample.endIndex == bytes.count)
        scanner = CSVScanner(delimiter: guess)
        hasBegun = true
        return true
    }

    /// nil when the end of the row at hand is not there yet, or when there is none.
    private mutating func scan() -> Scan? {
        if skipped != nil { return skip() }
        guard start < bytes.count else { return nil }
        take(upTo: min(bytes.count, start + maxRow + 1))
        if scanner.isComplete { return scanner.fault.map { .fault($0) } ?? .row }
        if scanned - start > maxRow {
            keep(bytes[start..<scanned])
            scanner.forgetText()
            skipped = 0
            return skip()
        }
        guard isAtEnd else { return nil }
        guard scanner.finish() else { return .fault("a quoted cell does not end") }
        return scanner.fault.map { .fault($0) } ?? .row
    }

    private mutating func take(upTo end: Int) {
        guard !scanner.isComplete else { return }
        scanned = bytes.withUnsafeBufferPointer {
            scanner.take(UnsafeBufferPointer(rebasing: $0[..<end]), from: scanned)
        }
    }

    /// Looks for the end of a row that is too long: what its cells hold must not be taken for rows.
    private mutating func skip() -> Scan? {
        take(upTo: bytes.count)
        if scanner.isComplete { return .fault(isTooLong) }
        if isAtEnd { return .fault(scanner.finish() ? isTooLong : isTooLong + ", and a quoted cell does not end") }
        skipped = (skipped ?? 0) + Int64(scanned - start)
        start = scanned
        return nil
    }

    private var isTooLong: String { "the row is longer than \(maxRow) bytes" }

    /// Leaves the row behind.
    private mutating func pass() {
        let newlines = scanner.newlines
        line = lines + 1
        advance(to: scanned, newlines: newlines)
    }

    /// Leaves the row behind; of one that does not end, and is short enough to be read again, its first line.
    private mutating func passFaulty() {
        guard skipped == nil else { return pass() }
        guard !scanner.isComplete else {
            keep(bytes[start..<scanned])
            return pass()
        }
        line = lines + 1
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
        keep(bytes[start..<end])
        advance(to: end, newlines: bytes[end - 1] == UInt8(ascii: "\n") ? 1 : 0)
    }

    private mutating func advance(to end: Int, newlines: Int64) {
        position += Int64(end - start) + (skipped ?? 0)
        skipped = nil
        lines += newlines
        start = end
        scanned = end
        scanner.reset()
    }

    private mutating func keep(_ row: ArraySlice<UInt8>) { rowBytes = Array(row.prefix(UnreadableRecord.keptBytes)) }

    /// The texts of the row at hand.
    private func names() throws(Failure) -> [String] {
        guard scanner.ends.count <= Self.maxCells else {
            throw .body(error("the first row has more than \(Self.maxCells) cells"))
        }
        var names: [String] = []
        var first = 0
        for end in scanner.ends {
            guard let name = String(validating: scanner.text[first..<end], as: UTF8.self) else {
                throw .body(error("the first row is not valid UTF-8; say its charset"))
            }
            names.append(name)
            first = end
        }
        return names
    }

    /// nil when the row is a record now, otherwise why it is none.
    private mutating func add(to rows: inout JSONRows) throws(Failure) -> String? {
        guard scanner.ends.count <= Self.maxCells else { return "the row has more than \(Self.maxCells) cells" }
        rows.beginRow()
        var first = 0
        for index in scanner.ends.indices {
            let end = scanner.ends[index]
            let key = columns?.key(of: index, in: &rows) ?? 0
            let isText: Bool
            do throws(JSONError) {
                isText = try scanner.text.withUnsafeBufferPointer { text throws(JSONError) in
                    try rows.add(UnsafeBufferPointer(rebasing: text[first..<end]), key: key)
                }
            } catch {
                throw .json(error)
            }
            guard isText else {
                rows.dropRow()
                return "the text is not valid UTF-8; say its charset"
            }
            first = end
        }
        rows.endRow()
        return nil
    }

    /// The rows from here on go into other `JSONRows`.
    public mutating func beginRows() { columns?.forgetKeys() }

    private func error(_ reason: String) -> BodyError { BodyError(format: "CSV", reason: reason, line: Int(lines) + 1) }
}
