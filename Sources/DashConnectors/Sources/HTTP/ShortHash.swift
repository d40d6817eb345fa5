/// FNV-1a, 64 bits: stable for ever, and short in a row.
struct ShortHash {
    private var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func combine(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }

    var text: String { String(value, radix: 36) }

    static func text(_ bytes: some Sequence<UInt8>) -> String {
        var hash = ShortHash()
        hash.combine(bytes)
        return hash.text
    }
}
