import DashModel
import DashStorage

/// JSON: one array that holds a record in each element, or values one behind the other.
struct ValueFramer: RecordFramer {
    private enum Mode { case array, sequence }

    /// A value as the scan finds it, with what separates it from the one in front.
    private enum Found {
        case value(Range<Int>)
        /// Only what separates values, up to there.
        case nothing(end: Int)
        case arrayEnd(Int)
        case cut
        case needsMore
    }

    private static let newline = UInt8(ascii: "\n")
    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")
    /// May not stand in a JSON text: a line's end inside of a string stays as wrong as it is.
    private static let forbidden: UInt8 = 1

    private var cursor = FileCursor()
    private let limits: SliceLimits
    private var mode: Mode?
    private var isDone = false
    private var isBehindArray = false
    private var wanted = 0

    init(limits: SliceLimits = SliceLimits()) { self.limits = limits }

    var position: Int64 { cursor.position }
    var isReady: Bool { mode != nil }

    mutating func write(_ bytes: [UInt8]) {
        cursor.write(bytes)
        if mode == nil { begin() }
    }

    mutating func end() {
        cursor.end()
        if mode == nil { begin() }
    }

    mutating func jump(to position: Int64, lines: Int64) {
        cursor.jump(to: position, lines: lines)
        wanted = 0
    }

    mutating func next() throws(DashError) -> UploadSlice? {
        guard !isDone, mode != nil || cursor.isAtEnd, cursor.isAtEnd || cursor.bytes.count >= max(limits.bytes, wanted)
        else { return nil }
        var slice = UploadSlice(at: cursor)
        var lines: [UInt8] = []
        let taken = try cut(&slice, &lines)
        if taken.count == 0, !cursor.isAtEnd {
            wanted = cursor.bytes.count * 2
            return nil
        }
        wanted = 0
        slice.content = .lines(lines)
        cursor.drop(taken.count, newlines: taken.newlines)
        isDone = slice.close(at: cursor)
        if isDone, mode == .array, !isBehindArray, slice.byteCount == 0 {
            throw DashError(
                .invalid,
                "Line \(cursor.lines + 1): the file ends before its array does, it was cut short."
            )
        }
        // What was read before the end is missed is saved first.
        if isDone, mode == .array, !isBehindArray { isDone = false }
        slice.isLast = isDone
        return slice
    }

    private mutating func begin() {
        guard let mark = cursor.markLength else { return }
        guard let first = cursor.bytes.dropFirst(mark).firstIndex(where: { $0 > 32 }) else { return }
        mode = cursor.bytes[first] == UInt8(ascii: "[") ? .array : .sequence
        let count = mode == .array ? first + 1 : first
        cursor.drop(count, newlines: Self.newlines(in: cursor.bytes[..<count]))
    }

    private mutating func cut(_ slice: inout UploadSlice, _ lines: inout [UInt8]) throws(DashError) -> (
        count: Int, newlines: Int64
    ) {
        let bytes = cursor.bytes
        var index = 0
        var newlines: Int64 = 0
        func pass(to end: Int) {
            newlines += Self.newlines(in: bytes[index..<end])
            index = end
        }
        while index < bytes.count, index < limits.bytes, slice.numbers.count < limits.records {
            let found = bytes.withUnsafeBufferPointer { find(in: $0, from: index) }
            switch found {
            case .value(let range):
                let number = cursor.lines + newlines + Self.newlines(in: bytes[index..<range.lowerBound]) + 1
                if range.count > limits.record {
                    throw DashError(.invalid, "Line \(number): the record is longer than \(limits.record) bytes.")
                }
                Self.copy(bytes[range], to: &lines)
                slice.numbers.append(number)
                pass(to: range.upperBound)
            case .nothing(let end): pass(to: end)
            case .arrayEnd(let end):
                let number = cursor.lines + newlines + Self.newlines(in: bytes[index..<end]) + 1
                guard mode == .array else {
                    throw DashError(.invalid, "Line \(number): a bracket closes that was never opened.")
                }
                guard bytes[end...].allSatisfy({ $0 <= 32 }) else {
                    throw DashError(.invalid, "Line \(number): there is something behind the end of the array.")
                }
                // Together with the end of the file, so that nobody has to go on between the two.
                guard cursor.isAtEnd else { return (index, newlines) }
                isBehindArray = true
                pass(to: bytes.count)
            case .cut:
                let number = cursor.lines + newlines + 1
                slice.unreadable.append(
                    UploadSlice.unreadable(bytes[index...], at: number, "the file ends inside of the record")
                )
                pass(to: bytes.count)
            case .needsMore:
                if bytes.count - index > limits.record {
                    let number = cursor.lines + newlines + 1
                    throw DashError(
                        .invalid,
                        "Line \(number): a record begins that is longer than \(limits.record) bytes, or never ends."
                    )
                }
                return (index, newlines)
            }
        }
        return (index, newlines)
    }

    private func find(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Found {
        var index = start
        while index < bytes.count, bytes[index] <= 32 || bytes[index] == UInt8(ascii: ",") && mode == .array {
            index += 1
        }
        guard index < bytes.count else { return .nothing(end: index) }
        let first = bytes[index]
        if first == UInt8(ascii: "]") || first == UInt8(ascii: "}") { return .arrayEnd(index + 1) }
        let isContainer = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        guard let end = isContainer ? containerEnd(in: bytes, from: index) : scalarEnd(in: bytes, from: index) else {
            return cursor.isAtEnd ? .cut : .needsMore
        }
        return .value(index..<end)
    }

    /// Behind the bracket that closes the one at `start`; nil when it is not there yet.
    private func containerEnd(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var depth = 0
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return index + 1 }
            case Self.quote:
                guard let end = stringEnd(in: bytes, from: index) else { return nil }
                index = end
                continue
            default: break
            }
            index += 1
        }
        return nil
    }

    private func stringEnd(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var index = start + 1
        while index < bytes.count {
            switch bytes[index] {
            case Self.backslash: index += 2
            case Self.quote: return index + 1
            default: index += 1
            }
        }
        return nil
    }

    private func scalarEnd(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        if bytes[start] == Self.quote { return stringEnd(in: bytes, from: start) }
        for index in start..<bytes.count {
            switch bytes[index] {
            case ...32, UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "{"), UInt8(ascii: "["):
                return max(index, start + 1)
            default: break
            }
        }
        return cursor.isAtEnd ? bytes.count : nil
    }

    /// As one line of its own.
    private static func copy(_ value: ArraySlice<UInt8>, to lines: inout [UInt8]) {
        if !value.contains(newline), !value.contains(UInt8(ascii: "\r")) {
            lines += value
        } else {
            var isInString = false
            var isEscaped = false
            for byte in value {
                if byte == newline || byte == UInt8(ascii: "\r") {
                    lines.append(isInString ? forbidden : 32)
                } else {
                    lines.append(byte)
                }
                if isEscaped {
                    isEscaped = false
                } else if byte == backslash {
                    isEscaped = isInString
                } else if byte == quote {
                    isInString.toggle()
                }
            }
        }
        lines.append(newline)
    }

    private static func newlines(in bytes: ArraySlice<UInt8>) -> Int64 {
        bytes.reduce(into: 0) { count, byte in if byte == newline { count += 1 } }
    }
}
