/// URIs (RFC 3986) and IRIs (RFC 3987), with their scheme or relative.
enum AddressFormats {
    static func admits(_ text: UnsafeBufferPointer<UInt8>, needsScheme: Bool, isInternational: Bool) -> Bool {
        var rest = Array(String(decoding: text, as: UTF8.self).unicodeScalars)[...]
        if let hash = rest.firstIndex(of: "#") {
            guard only(rest[(hash + 1)...], "/?:@", isInternational) else { return false }
            rest = rest[..<hash]
        }
        if let mark = rest.firstIndex(of: "?") {
            guard only(rest[(mark + 1)...], "/?:@", isInternational, isQuery: true) else { return false }
            rest = rest[..<mark]
        }
        if let colon = rest.firstIndex(of: ":"), !rest[..<colon].contains("/") {
            guard isScheme(rest[..<colon]) else { return false }
            rest = rest[(colon + 1)...]
        } else if needsScheme {
            return false
        }
        if rest.starts(with: ["/", "/"]) {
            rest = rest.dropFirst(2)
            let end = rest.firstIndex(of: "/") ?? rest.endIndex
            guard isAuthority(rest[..<end], isInternational) else { return false }
            rest = rest[end...]
        }
        return only(rest, "/:@", isInternational)
    }

    private static func isScheme(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
        guard let first = text.first, isLetter(first) else { return false }
        return text.allSatisfy { isLetter($0) || isDigit($0) || $0 == "+" || $0 == "-" || $0 == "." }
    }

    private static func isAuthority(_ text: ArraySlice<Unicode.Scalar>, _ isInternational: Bool) -> Bool {
        var rest = text
        if let at = rest.lastIndex(of: "@") {
            guard only(rest[..<at], ":", isInternational) else { return false }
            rest = rest[(at + 1)...]
        }
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]"), isLiteral(rest[(rest.startIndex + 1)..<end]) else { return false }
            rest = rest[(end + 1)...]
            guard !rest.isEmpty else { return true }
            return rest.first == ":" && rest.dropFirst().allSatisfy(isDigit)
        }
        if let colon = rest.lastIndex(of: ":") {
            guard rest[(colon + 1)...].allSatisfy(isDigit) else { return false }
            rest = rest[..<colon]
        }
        return only(rest, "", isInternational)
    }

    /// What stands in brackets: an IPv6 address, or one of a version to come.
    private static func isLiteral(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
        guard text.allSatisfy(\.isASCII) else { return false }
        guard text.first == "v" || text.first == "V" else { return NetworkFormats.isIPv6(bytes(text)) }
        let rest = text.dropFirst()
        guard let dot = rest.firstIndex(of: "."), dot > rest.startIndex,
            bytes(rest[..<dot]).allSatisfy(NetworkFormats.isHexDigit)
        else { return false }
        let tail = rest[(dot + 1)...]
        return !tail.isEmpty && !tail.contains("%") && only(tail, ":", false)
    }

    private static func bytes(_ text: ArraySlice<Unicode.Scalar>) -> [UInt8] {
        text.map { UInt8(truncatingIfNeeded: $0.value) }
    }

    /// Whether all characters are unreserved, subordinate delimiters, escapes or among `more`.
    private static func only(
        _ text: ArraySlice<Unicode.Scalar>,
        _ more: String,
        _ isInternational: Bool,
        isQuery: Bool = false
    ) -> Bool {
        var index = text.startIndex
        while index < text.endIndex {
            let scalar = text[index]
            index += 1
            if scalar == "%" {
                guard index + 1 < text.endIndex, isHex(text[index]), isHex(text[index + 1]) else { return false }
                index += 2
            } else if !scalar.isASCII {
                guard isInternational, isUniversal(scalar.value, isQuery) else { return false }
            } else if !isLetter(scalar), !isDigit(scalar), !"-._~!$&'()*+,;=".unicodeScalars.contains(scalar),
                !more.unicodeScalars.contains(scalar)
            {
                return false
            }
        }
        return true
    }

    /// `ucschar`, and in queries `iprivate`.
    private static func isUniversal(_ value: UInt32, _ isQuery: Bool) -> Bool {
        switch value {
        case 0xA0...0xD7FF, 0xF900...0xFDCF, 0xFDF0...0xFFEF: true
        case 0xE000...0xF8FF, 0xF0000...0xFFFFD, 0x100000...0x10FFFD: isQuery
        case 0x10000...0xEFFFF: value & 0xFFFF <= 0xFFFD && !(0xE0000...0xE0FFF).contains(value)
        default: false
        }
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && (scalar.value | 0x20) &- 0x61 < 26
    }
    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar.value &- 0x30 < 10 }
    private static func isHex(_ scalar: Unicode.Scalar) -> Bool {
        isDigit(scalar) || (scalar.isASCII && (scalar.value | 0x20) &- 0x61 < 6)
    }
}
