import DashJSON
import DashMapping
import DashStorage

/// Whole records of a file, made NDJSON: what one transaction takes in.
struct UploadSlice: Sendable {
    /// Where it begins and ends in the file.
    var start: Int64
    var end: Int64
    /// Lines of the file up to its end.
    var linesRead: Int64
    var isLast = false
    /// One record a line.
    var lines: [UInt8] = []
    /// The line of the file that each record begins at, counted from 1.
    var numbers: [Int64] = []
    /// What could not even be told apart as records.
    var unreadable: [QuarantinedRecord] = []

    /// The name in the quarantine of what is no record.
    static let unreadableRule = "format"

    private static let keptBytes = 64 << 10
    /// A table repeats its column names in each record once it is JSON.
    private static let limits = JSONLimits(maxBytes: 256 << 20)

    /// Nothing yet of what begins at the cursor.
    init(at cursor: FileCursor) {
        start = cursor.position
        end = cursor.position
        linesRead = cursor.lines
    }

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
        do throws(RecordsDecoder.Failure) {
            return (try decoder.decode(lines), unreadable)
        } catch {
            guard case .json = error else { throw error }
        }
        var good: [UInt8] = []
        good.reserveCapacity(lines.count)
        var refused = unreadable
        for (index, line) in lines.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true).enumerated() {
            do throws(JSONError) {
                _ = try JSONDocument(parsing: Array(line))
                good += line
                good.append(UInt8(ascii: "\n"))
            } catch {
                let number = index < numbers.count ? numbers[index] : linesRead
                refused.append(Self.unreadable(line, at: number, "\(error)"))
            }
        }
        return (try decoder.decode(good), refused)
    }

    /// A piece of the file that is no record. What is kept of it is text, whatever its bytes are.
    static func unreadable(_ bytes: some Collection<UInt8>, at line: Int64, _ reason: String) -> QuarantinedRecord {
        QuarantinedRecord(
            rule: unreadableRule,
            field: nil,
            reason: "line \(line) of the file: \(reason)",
            data: Array(String(decoding: bytes.prefix(keptBytes), as: UTF8.self).utf8)
        )
    }
}
