import DashJSON
import DashMapping
import DashModel
import DashStorage

/// CSV: a record ends with its row, whose quoted cells may hold ends of lines. The first row names the columns of all.
struct TableFramer: RecordFramer {
    private var reader: CSVReader
    private let limits: SliceLimits
    private var isAtEnd = false
    private var isDone = false
    /// How many bytes must be there before another try to find the end of a row makes sense.
    private var wanted = 0
    private var failure: DashError?

    init(form: TableForm = TableForm(), limits: SliceLimits = SliceLimits()) {
        self.limits = limits
        reader = CSVReader(form, maxRow: limits.record)
    }

    var position: Int64 { reader.position }
    var isReady: Bool { reader.isReady || failure != nil }

    mutating func write(_ bytes: [UInt8]) {
        reader.write(bytes)
        if !isReady { prepare() }
    }

    mutating func end() {
        isAtEnd = true
        reader.end()
        if !isReady { prepare() }
    }

    mutating func jump(to position: Int64, lines: Int64) {
        reader.jump(to: position, lines: lines)
        isAtEnd = false
        wanted = 0
    }

    mutating func next() throws(DashError) -> UploadSlice? {
        if let failure { throw failure }
        guard !isDone, isAtEnd || isReady && reader.waiting >= max(limits.bytes, wanted) else { return nil }
        var slice = UploadSlice(at: reader.position, lines: reader.lines)
        slice.content = .rows(try rows(&slice))
        if reader.position == slice.start, !isAtEnd {
            wanted = reader.waiting * 2
            return nil
        }
        wanted = 0
        slice.end = reader.position
        slice.linesRead = reader.lines
        isDone = reader.isDone
        slice.isLast = isDone
        return slice
    }

    /// As many rows as make up a slice; what is none is told apart.
    private mutating func rows(_ slice: inout UploadSlice) throws(DashError) -> JSONDocument {
        var rows = JSONRows()
        reader.beginRows()
        do throws(CSVReader.Failure) {
            while reader.position - slice.start < limits.bytes, slice.numbers.count < limits.records,
                rows.written < limits.written, let row = try reader.next(&rows)
            {
                switch row {
                case .record: slice.numbers.append(reader.line)
                case .unreadable(let reason):
                    slice.unreadable.append(UploadSlice.unreadable(reader.rowBytes, at: reader.line, reason))
                }
            }
        } catch {
            throw Self.error(error, at: reader.lines)
        }
        return rows.document()
    }

    private mutating func prepare() {
        do throws(CSVReader.Failure) {
            try reader.prepare()
        } catch {
            failure = Self.error(error, at: reader.lines)
        }
    }

    private static func error(_ failure: CSVReader.Failure, at lines: Int64) -> DashError {
        switch failure {
        case .body(let error):
            DashError(.invalid, "Line \(error.line): the names of the columns can't be read: \(error.reason).")
        case .json(let error): DashError(.tooLarge, "Line \(lines + 1) or behind: \(error.reason).")
        }
    }
}
