/// 128 bits that stand for a row: two lanes of multiply and fold. Told apart by chance are two rows with the same one
/// only once in 2^128; it is no defence against a person who looks for such rows.
struct RowDigest {
    let low: UInt64
    let high: UInt64

    init(_ bytes: [UInt8]) {
        var first: UInt64 = 0x243f_6a88_85a3_08d3
        var second: UInt64 = 0x1319_8a2e_0370_7344
        bytes.withUnsafeBytes { bytes in
            var offset = 0
            while offset + 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
                first = Self.fold(first ^ word, 0x9e37_79b9_7f4a_7c15)
                second = Self.fold(second &+ word, 0xd6e8_feb8_6659_fd93)
                offset += 8
            }
            var rest: UInt64 = 0
            for index in offset..<bytes.count { rest = rest << 8 | UInt64(bytes[index]) }
            first = Self.fold(first ^ rest, 0xa076_1d64_78bd_642f)
            second = Self.fold(second &+ rest, 0xe703_7ed1_a0b4_28db)
        }
        let length = UInt64(bytes.count)
        low = Self.fold(first ^ length, 0x8ebc_6af0_9c88_c6e3)
        high = Self.fold(second &+ length, 0x5899_65cc_7537_4cc3)
    }

    private static func fold(_ value: UInt64, _ factor: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: factor)
        // The value itself is kept in, so that a product of zero loses nothing.
        return product.low ^ product.high ^ (value << 32 | value >> 32)
    }
}
