package import DashModel

/// Records in one blob: how many, where each ends (four bytes each, the lowest first), then the records' bytes.
package enum RecordFrame {
    package static func encode(_ records: RecordBytes) -> [UInt8] {
        var frame: [UInt8] = []
        frame.reserveCapacity(4 + records.count * 4 + records.bytes.count)
        append(UInt32(clamping: records.count), to: &frame)
        for end in records.ends { append(UInt32(clamping: end), to: &frame) }
        frame += records.bytes
        return frame
    }

    /// nil for bytes that are no frame.
    package static func decode(_ frame: [UInt8]) -> RecordBytes? {
        guard frame.count >= 4 else { return nil }
        let count = Int(number(frame, at: 0))
        let start = 4 + count * 4
        guard start <= frame.count else { return nil }
        let ends = (0..<count).map { Int(number(frame, at: 4 + $0 * 4)) }
        guard zip(ends, ends.dropFirst()).allSatisfy(<=), (ends.last ?? 0) == frame.count - start else { return nil }
        return RecordBytes(bytes: Array(frame[start...]), ends: ends)
    }

    private static func append(_ value: UInt32, to frame: inout [UInt8]) {
        for shift in stride(from: UInt32(0), to: 32, by: 8) { frame.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    private static func number(_ frame: [UInt8], at offset: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(frame[offset + $1]) << UInt32($1 * 8) }
    }
}
