/// FNV-1a: tells two texts apart, the same in every process. Not for secrets.
enum StableHash {
    static func value(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }

    static func hex(_ bytes: some Sequence<UInt8>) -> String { String(value(bytes), radix: 16) }
}
