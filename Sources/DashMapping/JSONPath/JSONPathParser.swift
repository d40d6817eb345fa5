import DashJSON

/// Reads a path by the grammar of RFC 9535.
struct JSONPathParser {
    let bytes: [UInt8]
    var offset = 0
    /// Brackets and parentheses that are open; bounds the recursion.
    var nesting = 0

    static let maxNesting = 64
    /// Integers must be exact in a double (I-JSON).
    static let largestInteger = 9_007_199_254_740_991

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func parse() throws(JSONPathError) -> JSONPathQuery {
        guard take("$") else { throw fail("a path starts with $") }
        let query = JSONPathQuery(segments: try segments())
        guard offset == bytes.count else { throw fail("this is not part of a path") }
        return query
    }

    /// Steps until something that is none; white space before a step belongs to it.
    mutating func segments() throws(JSONPathError) -> [JSONPathQuery.Segment] {
        var segments: [JSONPathQuery.Segment] = []
        while true {
            let start = offset
            skipBlanks()
            if take("..") {
                segments.append(.init(isDescendant: true, selectors: try descendantSelectors()))
            } else if take(".") {
                segments.append(.init(isDescendant: false, selectors: [try shorthand()]))
            } else if peek == UInt8(ascii: "[") {
                segments.append(.init(isDescendant: false, selectors: try bracketed()))
            } else {
                offset = start
                return segments
            }
        }
    }

    private mutating func descendantSelectors() throws(JSONPathError) -> [JSONPathQuery.Selector] {
        peek == UInt8(ascii: "[") ? try bracketed() : [try shorthand()]
    }

    /// `*` or a name without quotes.
    private mutating func shorthand() throws(JSONPathError) -> JSONPathQuery.Selector {
        if take("*") { return .wildcard }
        let start = offset
        while let byte = peek, Self.isNameByte(byte) { offset += 1 }
        guard offset > start else { throw fail("a name, * or [ is expected here") }
        if bytes[start] &- 0x30 < 10 { throw fail("a name that starts with a digit must stand in brackets", at: start) }
        return .name(String(decoding: bytes[start..<offset], as: UTF8.self))
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == UInt8(ascii: "_") || byte &- 0x30 < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 26
    }

    private mutating func bracketed() throws(JSONPathError) -> [JSONPathQuery.Selector] {
        try enter()
        defer { nesting -= 1 }
        offset += 1
        var selectors: [JSONPathQuery.Selector] = []
        repeat {
            skipBlanks()
            selectors.append(try selector())
            skipBlanks()
        } while take(",")
        guard take("]") else { throw fail("a comma or ] is expected here") }
        return selectors
    }

    private mutating func selector() throws(JSONPathError) -> JSONPathQuery.Selector {
        switch peek {
        case UInt8(ascii: "*"):
            offset += 1
            return .elements
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            return .name(try quoted())
        case UInt8(ascii: "?"):
            offset += 1
            skipBlanks()
            return .filter(try logic())
        default:
            return try indexOrSlice()
        }
    }

    private mutating func indexOrSlice() throws(JSONPathError) -> JSONPathQuery.Selector {
        let start = try integer()
        let behind = offset
        skipBlanks()
        guard take(":") else {
            offset = behind
            guard let start else { throw fail("a name in quotes, a number, *, a slice or a filter is expected here") }
            return .index(start)
        }
        skipBlanks()
        let end = try integer()
        if end != nil { skipBlanks() }
        var step = 1
        if take(":") {
            let behind = offset
            skipBlanks()
            if let value = try integer() { step = value } else { offset = behind }
        }
        return .slice(start: start, end: end, step: step)
    }

    mutating func integer() throws(JSONPathError) -> Int? {
        let start = offset
        let negative = take("-")
        let first = offset
        var value = 0
        while let byte = peek, byte &- 0x30 < 10 {
            value = value * 10 + Int(byte - 0x30)
            guard value <= Self.largestInteger else { throw fail("the number is too large", at: start) }
            offset += 1
        }
        guard offset > first else {
            if negative { throw fail("a digit is expected here") }
            return nil
        }
        if bytes[first] == UInt8(ascii: "0"), offset - first > 1 || negative {
            throw fail("a number must not start with 0", at: start)
        }
        return negative ? -value : value
    }

    // MARK: Reading

    var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    mutating func take(_ token: StaticString) -> Bool {
        let count = token.utf8CodeUnitCount
        guard offset + count <= bytes.count else { return false }
        for position in 0..<count where bytes[offset + position] != token.utf8Start[position] { return false }
        offset += count
        return true
    }

    mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { offset += 1 }
    }

    mutating func enter() throws(JSONPathError) {
        nesting += 1
        guard nesting <= Self.maxNesting else { throw fail("the path is nested too deeply") }
    }

    func fail(_ reason: String, at offset: Int? = nil) -> JSONPathError {
        JSONPathError(reason, at: offset ?? self.offset)
    }
}
