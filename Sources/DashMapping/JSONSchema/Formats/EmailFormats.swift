/// Mailboxes by RFC 5321, and by RFC 6531 with characters of all scripts.
enum EmailFormats {
    static func isAddress(_ text: UnsafeBufferPointer<UInt8>, isInternational: Bool) -> Bool {
        guard text.count <= 320, let at = text.lastIndex(of: UInt8(ascii: "@")), at <= 64, at > 0 else { return false }
        if !isInternational, text.contains(where: { $0 >= 0x80 }) { return false }
        let local = text[..<at]
        let domain = text[(at + 1)...]
        return (isDotted(local) || isQuoted(local)) && isDomain(domain, isInternational)
    }

    private static func isDotted(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { atom in
            !atom.isEmpty && atom.allSatisfy(isAtomByte)
        }
    }

    private static func isAtomByte(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
    }

    private static func isQuoted(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard text.count >= 2, text.first == UInt8(ascii: "\""), text.last == UInt8(ascii: "\"") else { return false }
        var inside = text.dropFirst().dropLast()
        while let byte = inside.popFirst() {
            if byte == UInt8(ascii: "\\") {
                guard let escaped = inside.popFirst(), (0x20...0x7E).contains(escaped) else { return false }
            } else if byte == UInt8(ascii: "\"") || byte < 0x20 || byte == 0x7F {
                return false
            }
        }
        return true
    }

    private static func isDomain(_ text: Slice<UnsafeBufferPointer<UInt8>>, _ isInternational: Bool) -> Bool {
        if text.first == UInt8(ascii: "[") {
            guard text.last == UInt8(ascii: "]") else { return false }
            let literal = text.dropFirst().dropLast()
            let version = Array("IPv6:".utf8)
            if literal.count > 5, zip(literal, version).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) {
                return NetworkFormats.isIPv6(literal.dropFirst(5))
            }
            return NetworkFormats.isIPv4(literal)
        }
        return isInternational
            ? HostnameFormats.isInternational(String(decoding: text, as: UTF8.self)) : HostnameFormats.isHostname(text)
    }
}
