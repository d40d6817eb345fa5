import DashModel
import DashStorage

/// JSON: one array that holds a record in each element, or values one behind the other.
struct ValueFramer: RecordFramer {
    private enum Mode { case array, sequence }

    /// What stands behind a gap.
    private enum Found {
        case value(Range<Int>)
        case nothing
        case closing
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
    /// Whether no element was found yet. Every slice of an array ends behind an element, or what stands for one, so that
    /// whoever goes on there knows what has to come.
    private var isFirst = false
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
        isFirst = false
        wanted = 0
    }

    mutating func next() throws(DashError) -> UploadSlice? {
        if isFirst { dropBlanks() }
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
        isFirst = mode == .array
        let count = isFirst ? first + 1 : first
        cursor.drop(count, newlines: Self.newlines(in: cursor.bytes[..<count]))
    }

    /// No slice ends between the bracket that opens the array and what follows.
    private mutating func dropBlanks() {
        let blanks = cursor.bytes.prefix { $0 <= 32 }
        if !blanks.isEmpty { cursor.drop(blanks.count, newlines: Self.newlines(in: blanks)) }
    }

    private mutating func cut(_ slice: inout UploadSlice, _ lines: inout [UInt8]) throws(DashError) -> (
        count: Int, newlines: Int64
    ) {
        let bytes = cursor.bytes
        var index = 0
        var newlines: Int64 = 0
        var isFirst = self.isFirst
        var failure: DashError?
        func pass(to end: Int) {
            newlines += Self.newlines(in: bytes[index..<end])
            index = end
            isFirst = false
        }
        func fail(at place: Int, _ reason: String) {
            failure = DashError(.invalid, "Line \(line(of: place)): \(reason).")
        }
        func line(of place: Int) -> Int64 {
            cursor.lines + newlines + Self.newlines(in: bytes[index..<place]) + 1
        }
        func note(_ gap: ElementGap) {
            guard let fault = gap.fault else { return }
            let data = bytes[index...gap.end].drop { $0 <= 32 }
            slice.unreadable.append(UploadSlice.unreadable(data, at: line(of: fault.place), fault.reason))
        }
        scan: while index < bytes.count, index < limits.bytes, slice.numbers.count < limits.records {
            let (gap, found) = bytes.withUnsafeBufferPointer { find(in: $0, from: index, isFirst) }
            switch found {
            case .value(let range):
                guard range.count <= limits.record else {
                    fail(at: gap.end, "the record is longer than \(limits.record) bytes")
                    break scan
                }
                let number = line(of: gap.end)
                note(gap)
                Self.copy(bytes[range], to: &lines)
                slice.numbers.append(number)
                pass(to: range.upperBound)
            case .nothing where !gap.hasComma || cursor.isAtEnd: pass(to: gap.end)
            case .nothing:
                if gap.end - index > limits.record {
                    fail(at: index, "no value follows within \(limits.record) bytes")
                }
                break scan
            case .closing:
                guard mode == .array, bytes[gap.end] == UInt8(ascii: "]") else {
                    fail(at: gap.end, "a bracket closes that was never opened")
                    break scan
                }
                guard bytes[(gap.end + 1)...].allSatisfy({ $0 <= 32 }) else {
                    fail(at: gap.end, "there is something behind the end of the array")
                    break scan
                }
                // Together with the end of the file, so that nobody has to go on between the two.
                guard cursor.isAtEnd else { break scan }
                note(gap)
                isBehindArray = true
                pass(to: bytes.count)
            case .cut:
                note(gap)
                slice.unreadable.append(
                    UploadSlice.unreadable(
                        bytes[gap.end...],
                        at: line(of: gap.end),
                        "the file ends inside of the record"
                    )
                )
                pass(to: bytes.count)
            case .needsMore:
                if bytes.count - gap.end > limits.record {
                    fail(at: gap.end, "a record begins that is longer than \(limits.record) bytes, or never ends")
                }
                break scan
            }
        }
        // What comes in front is saved first.
        if index == 0, let failure { throw failure }
        self.isFirst = isFirst
        return (index, newlines)
    }

    private func find(in bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ isFirst: Bool) -> (ElementGap, Found) {
        let gap =
            mode == .array
            ? ElementGap(in: bytes, from: start, isFirst: isFirst) : ElementGap(blanksIn: bytes, from: start)
        guard gap.end < bytes.count else { return (gap, .nothing) }
        let first = bytes[gap.end]
        if first == UInt8(ascii: "]") || first == UInt8(ascii: "}") { return (gap, .closing) }
        let isContainer = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        guard
            let end = isContainer ? containerEnd(in: bytes, from: gap.end) : scalarEnd(in: bytes, from: gap.end)
        else { return (gap, cursor.isAtEnd ? .cut : .needsMore) }
        return (gap, .value(gap.end..<end))
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
