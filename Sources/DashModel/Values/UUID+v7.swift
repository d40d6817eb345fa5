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

    /// Lower-case text, the form that every interface of Dash shows.
    public var text: String {
        withUnsafeBytes(of: uuid) { bytes in
            String(unsafeUninitializedCapacity: 36) { text in
                var end = 0
                for (index, byte) in bytes.enumerated() {
                    if index == 4 || index == 6 || index == 8 || index == 10 {
                        text[end] = UInt8(ascii: "-")
                        end += 1
                    }
                    text[end] = Self.digit(byte >> 4)
                    text[end + 1] = Self.digit(byte & 0x0f)
                    end += 2
                }
                return end
            }
        }
    }

    /// Reads the 36 characters of `text`, in either case; nil for anything else. `init(uuidString:)` takes signs and spaces
    /// for digits, and many times as long.
    public init?(text: String) {
        var text = text
        let value = text.withUTF8 { text -> uuid_t? in
            guard text.count == 36 else { return nil }
            var value: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
            let isValid = withUnsafeMutableBytes(of: &value) { bytes in
                var place = 0
                for index in bytes.indices {
                    if index == 4 || index == 6 || index == 8 || index == 10 {
                        guard text[place] == UInt8(ascii: "-") else { return false }
                        place += 1
                    }
                    guard let high = Self.value(text[place]), let low = Self.value(text[place + 1]) else {
                        return false
                    }
                    bytes[index] = high << 4 | low
                    place += 2
                }
                return true
            }
            return isValid ? value : nil
        }
        guard let value else { return nil }
        self.init(uuid: value)
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value + UInt8(ascii: value < 10 ? "0" : "W") }

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
