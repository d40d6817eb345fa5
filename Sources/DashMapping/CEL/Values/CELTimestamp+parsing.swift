import DashModel

extension CELTimestamp {
    /// Reads RFC 3339 with up to nine digits of fraction; nil for anything else.
    public init?(text: String) {
        var bytes = Array(text.utf8)
        // The shape first: the reader beneath also takes forms that the standard does not.
        guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] | 0x20 == UInt8(ascii: "t"), bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            bytes[0..<4].allSatisfy({ $0 &- 0x30 < 10 })
        else { return nil }
        var nanoseconds: Int32 = 0
        var end = 19
        if bytes[end] == UInt8(ascii: ".") {
            end += 1
            var digits = 0
            while end < bytes.count, bytes[end] &- 0x30 < 10 {
                if digits < 9 { nanoseconds = nanoseconds * 10 + Int32(bytes[end] - 0x30) }
                digits += 1
                end += 1
            }
            guard (1...9).contains(digits) else { return nil }
            for _ in digits..<9 { nanoseconds *= 10 }
        }
        let zone = bytes[end...]
        guard zone.count == 1 ? zone.first.map({ $0 | 0x20 }) == UInt8(ascii: "z") : zone.count == 6 else { return nil }
        if zone.count == 6, zone[end + 3] != UInt8(ascii: ":") { return nil }
        bytes.removeSubrange(19..<end)
        // Leap seconds have no place on this scale.
        guard bytes[17] < UInt8(ascii: "6"), let whole = Timestamp(utf8: bytes) else { return nil }
        guard whole.microseconds % 1_000_000 == 0 else { return nil }
        self.init(seconds: whole.microseconds / 1_000_000, nanoseconds: nanoseconds)
    }
}
