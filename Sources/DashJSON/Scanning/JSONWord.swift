/// Eight bytes of text looked at in one go.
enum JSONWord {
    @inline(__always)
    static func load(_ base: UnsafePointer<UInt8>, _ offset: Int, _ end: Int) -> UInt64 {
        if offset &+ 8 <= end {
            return UInt64(littleEndian: UnsafeRawPointer(base + offset).loadUnaligned(as: UInt64.self))
        }
        return loadTail(base, offset, end)
    }

    /// The last bytes of the text; what lies behind reads as zero, which no string may contain.
    @inline(never)
    private static func loadTail(_ base: UnsafePointer<UInt8>, _ offset: Int, _ end: Int) -> UInt64 {
        var word: UInt64 = 0
        var shift: UInt64 = 0
        var index = offset
        while index < end {
            word |= UInt64(base[index]) << shift
            shift += 8
            index += 1
        }
        return word
    }

    /// High bits whose lowest one marks the first byte that is a quote, a backslash, a control character or not ASCII.
    @inline(__always)
    static func special(_ word: UInt64) -> UInt64 {
        let quote = (word ^ 0x2222_2222_2222_2222) &- 0x0101_0101_0101_0101
        let backslash = (word ^ 0x5C5C_5C5C_5C5C_5C5C) &- 0x0101_0101_0101_0101
        let control = word &- 0x2020_2020_2020_2020
        return (quote | backslash | control | word) & 0x8080_8080_8080_8080
    }

    /// The word's first `count` (0...7) bytes, the others zero.
    @inline(__always)
    static func head(_ word: UInt64, _ count: Int) -> UInt64 { word & ((1 &<< (UInt64(count) &* 8)) &- 1) }
}
