public import FoundationEssentials
import Synchronization

/// Counts ids, so that those of one millisecond are in the order in which they were made.
private let madeIDs = Atomic<UInt64>(0)

extension UUID {
    /// A time-ordered id, RFC 9562 version 7.
    public static func v7(at time: Timestamp) -> UUID {
        let milliseconds = UInt64(clamping: time.microseconds / 1_000)
        var random = SystemRandomNumberGenerator()
        let low = random.next()
        // Only the low 12 bits show: the order holds among 4,096 ids of a millisecond.
        let count = madeIDs.wrappingAdd(1, ordering: .relaxed).newValue
        func byte(_ value: UInt64, _ shift: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: value >> shift) }
        return UUID(
            uuid: (
                byte(milliseconds, 40), byte(milliseconds, 32), byte(milliseconds, 24), byte(milliseconds, 16),
                byte(milliseconds, 8), byte(milliseconds, 0),
                0x70 | (byte(count, 8) & 0x0f), byte(count, 0),
                0x80 | (byte(low, 56) & 0x3f), byte(low, 48), byte(low, 40), byte(low, 32),
                byte(low, 24), byte(low, 16), byte(low, 8), byte(low, 0)
            )
        )
    }

    /// A new time-ordered id of this moment.
    public static func v7() -> UUID { v7(at: SystemClock().now) }

    /// The 16 bytes in network order.
    public var bytes: [UInt8] { withUnsafeBytes(of: uuid) { Array($0) } }

    /// nil unless there are exactly 16 bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        var value: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        withUnsafeMutableBytes(of: &value) { $0.copyBytes(from: bytes) }
        self.init(uuid: value)
    }
}
