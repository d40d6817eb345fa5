import DashJSON
import DashMapping
import DashStorage

/// Whole records of a file: what one transaction takes in.
struct UploadSlice: Sendable {
    enum Content: Sendable {
        /// One record a line.
        case lines([UInt8])
        /// Rows of a table, read already.
        case rows(JSONDocument)
    }

    /// Where it begins and ends in the file.
    var start: Int64
    var end: Int64
    /// Lines of the file up to its end.
    var linesRead: Int64
    var isLast = false
    var content = Content.lines([])
    /// The line of the file that each record begins at, counted from 1.
    var numbers: [Int64] = []
    /// What could not even be told apart as records.
    var unreadable: [QuarantinedRecord] = []

    private static let limits: JSONLimits = {
        var limits = JSONLimits.records
        limits.maxBytes = 64 << 20
        return limits
    }()

    /// Nothing yet of what begins there.
    init(at position: Int64, lines: Int64) {
        start = position
        end = position
        linesRead = lines
    }

    init(at cursor: FileCursor) { self.init(at: cursor.position, lines: cursor.lines) }

    var byteCount: Int { Int(end - start) }

    /// Ends where the cursor has come to. Whether that is the end of the file.
    mutating func close(at cursor: FileCursor) -> Bool {
        end = cursor.position
        linesRead = cursor.lines
        return cursor.isAtEnd && cursor.bytes.isEmpty
    }

    /// The records, and apart from them those that are not JSON, so that one broken line costs no other.
    func decoded(by decoder: RecordsDecoder) throws(RecordsDecoder.Failure) -> (DecodedRecords, [QuarantinedRecord]) {
        var decoder = decoder
        decoder.limits = Self.limits
        switch content {
        case .rows(let document): return (try decoder.records(in: document), unreadable)
        case .lines(let lines):
            if let document = try? JSONDocument(parsingLines: lines, limits: Self.limits) {
                return (try decoder.records(in: document), unreadable)
            }
            let (good, refused) = sifted(lines)
            return (try decoder.decode(good), unreadable + refused)
        }
    }

    private func sifted(_ lines: [UInt8]) -> (good: [UInt8], refused: [QuarantinedRecord]) {
        let checker = JSONChecker(limits: .records)
        var good: [UInt8] = []
        good.reserveCapacity(lines.count)
        var refused: [QuarantinedRecord] = []
        lines.withUnsafeBufferPointer { bytes in
            var start = 0
            for number in numbers {
                let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
                do throws(JSONError) {
                    _ = try checker.kind(of: start..<end, in: bytes)
                    good.append(contentsOf: bytes[start..<min(end + 1, bytes.count)])
                } catch {
                    refused.append(Self.unreadable(bytes[start..<end], at: number, "\(error)"))
                }
                start = min(end + 1, bytes.count)
            }
        }
        return (good, refused)
    }

    /// A piece of the file that is no record.
    static func unreadable(_ bytes: some Collection<UInt8>, at line: Int64, _ reason: String) -> QuarantinedRecord {
        QuarantinedRecord(unreadable: bytes, reason: "line \(line) of the file: \(reason)")
    }
}
