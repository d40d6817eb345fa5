import DashModel
import DashStorage
import FoundationEssentials

/// PostgreSQL's binary formats of single values; numbers are big endian.
enum BinaryFormat {
    /// PostgreSQL counts microseconds from 2000-01-01.
    static let epoch: Int64 = 946_684_800_000_000

    static func write(_ value: SQLValue, to bytes: inout [UInt8]) {
        switch value {
        case .null, .array: break
        case .bool(let flag): bytes.append(flag ? 1 : 0)
        case .integer(let number): append(number, to: &bytes)
        case .double(let number): append(number.bitPattern, to: &bytes)
        case .text(let text): bytes.append(contentsOf: text.utf8)
        case .bytes(let blob): bytes.append(contentsOf: blob)
        case .uuid(let id): withUnsafeBytes(of: id.uuid) { bytes.append(contentsOf: $0) }
        case .timestamp(let time): append(ticks(time), to: &bytes)
        case .json(let text):
            bytes.append(1)
            bytes.append(contentsOf: text)
        }
    }

    /// Times outside PostgreSQL's calendar become its infinities.
    static func ticks(_ time: Timestamp) -> Int64 {
        let (ticks, isOutside) = time.microseconds.subtractingReportingOverflow(epoch)
        if isOutside || ticks < earliest { return .min }
        // What an infinity is read as becomes one again.
        return ticks > latest || time.microseconds == .max ? .max : ticks
    }

    static func timestamp(ticks: Int64) -> Timestamp {
        let (time, isOutside) = ticks.addingReportingOverflow(epoch)
        if ticks == .min { return Timestamp(microseconds: .min) }
        return Timestamp(microseconds: isOutside || ticks == .max ? .max : time)
    }

    /// 4713 BC and 294276 AD.
    private static let earliest: Int64 = -211_813_488_000_000_000
    private static let latest: Int64 = 9_223_371_331_200_000_000 - 1

    static func append<Number: FixedWidthInteger>(_ number: Number, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }

    static func number<Number: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0) -> Number {
        guard offset + MemoryLayout<Number>.size <= bytes.count else { return 0 }
        return Number(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
}
