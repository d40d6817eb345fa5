/// The hash by which keys are told apart quickly; taken over a key's unescaped bytes, eight at a time.
public enum JSONKeyHash {
    static let seed: UInt64 = 0x243F_6A88_85A3_08D3

    @inline(__always)
    static func mix(_ state: UInt64, _ word: UInt64) -> UInt64 {
        let product = (state ^ word) &* 0x9E37_79B9_7F4A_7C15
        return product ^ (product >> 29)
    }

    @inline(__always)
    static func finish(_ state: UInt64, _ rest: UInt64, length: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: mix(mix(state, rest), UInt64(truncatingIfNeeded: length)) >> 16)
    }

    /// The hash that a key with these unescaped bytes carries in its node's `next`.
    public static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
        guard let base = bytes.baseAddress else { return finish(seed, 0, length: 0) }
        var state = seed
        var offset = 0
        while offset + 8 <= bytes.count {
            state = mix(state, JSONWord.load(base, offset, bytes.count))
            offset += 8
        }
        return finish(state, JSONWord.load(base, offset, bytes.count), length: bytes.count)
    }
}
