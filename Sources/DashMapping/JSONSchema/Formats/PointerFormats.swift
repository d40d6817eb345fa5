/// JSON Pointers (RFC 6901) and relative ones.
enum PointerFormats {
    static func isPointer(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard let first = text.first else { return true }
        guard first == UInt8(ascii: "/") else { return false }
        var rest = text
        while let tilde = rest.firstIndex(of: UInt8(ascii: "~")) {
            rest = rest[(tilde + 1)...]
            guard let next = rest.first, next == UInt8(ascii: "0") || next == UInt8(ascii: "1") else { return false }
        }
        return true
    }

    /// A number of levels up, an optional shift among neighbours, then a pointer or `#`.
    static func isRelative(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard var rest = afterNumber(text[...]) else { return false }
        if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            guard rest.dropFirst().first != UInt8(ascii: "0"), let behind = afterNumber(rest.dropFirst()) else {
                return false
            }
            rest = behind
        }
        return (rest.count == 1 && rest.first == UInt8(ascii: "#")) || isPointer(rest)
    }

    private static func afterNumber(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Slice<UnsafeBufferPointer<UInt8>>? {
        let digits = text.prefix { $0 &- 0x30 < 10 }
        guard let first = digits.first, digits.count == 1 || first != UInt8(ascii: "0") else { return nil }
        return text[digits.endIndex...]
    }
}
