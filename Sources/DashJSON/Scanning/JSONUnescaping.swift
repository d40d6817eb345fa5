/// Turns the inside of a checked string into the text it stands for.
public enum JSONUnescaping {
    /// Appends the text of `content`, which the parser has validated.
    public static func append(_ content: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
        guard let base = content.baseAddress else { return }
        var index = 0
        while index < content.count {
            let byte = base[index]
            guard byte == UInt8(ascii: "\\"), index + 1 < content.count else {
                output.append(byte)
                index += 1
                continue
            }
            index += 2
            switch base[index - 1] {
            case UInt8(ascii: "b"): output.append(0x08)
            case UInt8(ascii: "f"): output.append(0x0C)
            case UInt8(ascii: "n"): output.append(0x0A)
            case UInt8(ascii: "r"): output.append(0x0D)
            case UInt8(ascii: "t"): output.append(0x09)
            case UInt8(ascii: "u"): index += appendUnit(base, index, content.count, &output)
            case let other: output.append(other)
            }
        }
    }

    /// Appends the scalar whose digits start at `index`; answers how many bytes it took.
    private static func appendUnit(
        _ base: UnsafePointer<UInt8>,
        _ index: Int,
        _ end: Int,
        _ output: inout [UInt8]
    ) -> Int {
        guard index + 4 <= end, let unit = JSONStringScanner.hexUnit(base, index) else { return 0 }
        guard unit & 0xFC00 == 0xD800, index + 10 <= end, let low = JSONStringScanner.hexUnit(base, index + 6) else {
            append(unit, &output)
            return 4
        }
        append(0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF), &output)
        return 10
    }

    private static func append(_ value: UInt32, _ output: inout [UInt8]) {
        guard let scalar = Unicode.Scalar(value) else { return }
        output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    /// Runs `body` with the unescaped bytes of a string node.
    public static func withText<Result>(
        of node: JSONNode,
        in base: UnsafePointer<UInt8>,
        _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        let content = UnsafeBufferPointer(start: base + Int(node.start) + 1, count: Int(node.length) - 2)
        guard node.flags.contains(.escaped) else { return body(content) }
        var text: [UInt8] = []
        text.reserveCapacity(content.count)
        append(content, to: &text)
        return text.withUnsafeBufferPointer(body)
    }
}
