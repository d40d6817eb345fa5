extension JSONParser {
    /// Most strings are short, plain ASCII; anything else goes to the full scanner.
    @inline(__always)
    func scanString(_ start: Int, _ allowsNull: Bool) -> JSONStringScanner.End {
        var p = start
        while true {
            let special = JSONWord.special(JSONWord.load(base, p, end))
            guard special != 0 else {
                p &+= 8
                continue
            }
            p &+= special.trailingZeroBitCount &>> 3
            guard p < end, base[p] == UInt8(ascii: "\"") else {
                return JSONStringScanner.scan(base, from: min(p, end), to: end, allowsNull: allowsNull)
            }
            return JSONStringScanner.End(quote: p, flags: [], failure: nil)
        }
    }

    struct KeyEnd {
        var quote: Int
        var hash: UInt32
        var flags: JSONNode.Flags
        var failure: JSONFailure?
    }

    /// As `scanString`, with the hash taken on the way.
    @inline(__always)
    func scanKey(_ start: Int, _ allowsNull: Bool) -> KeyEnd {
        var p = start
        var state = JSONKeyHash.seed
        while true {
            let word = JSONWord.load(base, p, end)
            let special = JSONWord.special(word)
            guard special != 0 else {
                state = JSONKeyHash.mix(state, word)
                p &+= 8
                continue
            }
            let plain = special.trailingZeroBitCount &>> 3
            let rest = JSONWord.head(word, plain)
            p &+= plain
            guard p < end, base[p] == UInt8(ascii: "\"") else { return scanRareKey(start, allowsNull) }
            let hash = JSONKeyHash.finish(state, rest, length: p &- start)
            return KeyEnd(quote: p, hash: hash, flags: [], failure: nil)
        }
    }

    @inline(never)
    private func scanRareKey(_ start: Int, _ allowsNull: Bool) -> KeyEnd {
        let key = JSONStringScanner.scan(base, from: start, to: end, allowsNull: allowsNull)
        if let failure = key.failure { return KeyEnd(quote: 0, hash: 0, flags: [], failure: failure) }
        let content = UnsafeBufferPointer(start: base + start, count: key.quote - start)
        guard key.flags.contains(.escaped) else {
            return KeyEnd(quote: key.quote, hash: JSONKeyHash.hash(content), flags: [], failure: nil)
        }
        var text: [UInt8] = []
        JSONUnescaping.append(content, to: &text)
        let hash = text.withUnsafeBufferPointer(JSONKeyHash.hash)
        return KeyEnd(quote: key.quote, hash: hash, flags: key.flags, failure: nil)
    }
}
