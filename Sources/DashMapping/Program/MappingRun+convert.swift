import DashJSON
import DashModel

extension MappingRun {
    /// The value as `type`, or nil when it has no such form. Never loses anything: 3.7 is no integer.
    @inline(__always)
    mutating func convert(_ value: FieldValue, to type: FieldType, _ format: Int) -> FieldValue? {
        switch type {
        case .json: return value
        case .string: return value.kind == .string ? value : quoted(value)
        case .number: return value.kind == .number ? value : number(value, wholeOnly: false)
        case .integer:
            if value.kind == .number, value.flags.contains(.integer) { return value }
            return number(value, wholeOnly: true)
        case .boolean: return value.kind == .bool ? value : boolean(value)
        case .timestamp: return timestamp(value, format)
        }
    }

    /// A number or boolean as a string.
    @inline(never)
    private mutating func quoted(_ value: FieldValue) -> FieldValue? {
        guard value.kind == .number || value.kind == .bool else { return nil }
        let start = scratch.count
        scratch.append(UInt8(ascii: "\""))
        if value.origin == .scratch {
            scratch.appendSelf(value.start, value.length)
        } else {
            scratch.append(base(of: value.origin) + value.start, value.length)
        }
        scratch.append(UInt8(ascii: "\""))
        return FieldValue(origin: .scratch, kind: .string, flags: [], start: start, length: scratch.count - start)
    }

    @inline(never)
    private mutating func number(_ original: FieldValue, wholeOnly: Bool) -> FieldValue? {
        let value = plain(original)
        switch value.kind {
        case .bool:
            let isTrue = bytes(of: value).first == UInt8(ascii: "t")
            return written(isTrue ? "1" : "0", .number, .integer)
        case .number:
            return whole(bytes(of: value))
        case .string:
            // A string that is spelt like a number is one without its quotes, wherever it lies.
            let content = content(of: value)
            if let isInteger = JSONNumberScanner.isInteger(content) {
                if wholeOnly, !isInteger { return whole(content) }
                return FieldValue(
                    origin: value.origin,
                    kind: .number,
                    flags: isInteger ? .integer : [],
                    start: value.start + 1,
                    length: value.length - 2
                )
            }
            guard let text = Self.tolerantNumber(content), let number = JSONNumber(text: text) else { return nil }
            var digits = number.text
            let isInteger = digits.withUTF8 { JSONNumberScanner.isInteger($0) } ?? false
            if wholeOnly, !isInteger { return digits.withUTF8 { whole($0) } }
            return written(digits, .number, isInteger ? .integer : [])
        case .null, .array, .object: return nil
        }
    }

    /// Numbers as people write them: blanks around, a plus sign, leading zeros, a bare point.
    private static func tolerantNumber(_ content: UnsafeBufferPointer<UInt8>) -> String? {
        guard content.count <= 400 else { return nil }
        var text = content[...]
        while let first = text.first, first == 0x20 || first == 0x09 { text = text.dropFirst() }
        while let last = text.last, last == 0x20 || last == 0x09 { text = text.dropLast() }
        var result = ""
        if text.first == UInt8(ascii: "-") {
            result = "-"
            text = text.dropFirst()
        } else if text.first == UInt8(ascii: "+") {
            text = text.dropFirst()
        }
        while text.first == UInt8(ascii: "0"), let second = text.dropFirst().first, second &- 0x30 < 10 {
            text = text.dropFirst()
        }
        if text.first == UInt8(ascii: ".") { result += "0" }
        if text.last == UInt8(ascii: "."), text.count > 1 { text = text.dropLast() }
        return result + String(decoding: text, as: UTF8.self)
    }

    /// `12.0` and `1e3` are whole numbers too; their digits decide, as a double would round them.
    private mutating func whole(_ text: UnsafeBufferPointer<UInt8>) -> FieldValue? {
        guard let whole = ShortDecimal(text)?.whole(Int64.self) else { return nil }
        return written(String(whole), .number, .integer)
    }

    @inline(never)
    private mutating func boolean(_ original: FieldValue) -> FieldValue? {
        let value = plain(original)
        let text: UnsafeBufferPointer<UInt8>
        switch value.kind {
        case .string: text = content(of: value)
        case .number: text = bytes(of: value)
        case .null, .bool, .array, .object: return nil
        }
        guard text.count <= 5 else { return nil }
        switch String(decoding: text, as: UTF8.self).lowercased() {
        case "true", "t", "yes", "y", "on", "1": return written("true", .bool, [])
        case "false", "f", "no", "n", "off", "0": return written("false", .bool, [])
        default: return nil
        }
    }

    @inline(never)
    private mutating func timestamp(_ original: FieldValue, _ formatIndex: Int) -> FieldValue? {
        let value = plain(original)
        let format = formatIndex < 0 ? nil : program.formats[formatIndex]
        let text: UnsafeBufferPointer<UInt8>
        switch value.kind {
        case .string:
            text = content(of: value)
            // Most sources write what we would write: then the text is only checked.
            if format == nil || format?.form == .rfc3339, TimestampText.isCanonical(text) { return value }
        case .number: text = bytes(of: value)
        case .null, .bool, .array, .object: return nil
        }
        guard let timestamp = TimestampText.read(text, format) else { return nil }
        return written("\"\(timestamp.text)\"", .string, [])
    }

    /// A string without escapes: some encoders escape the slashes of a date. Its text is not JSON any more.
    @inline(__always)
    mutating func plain(_ value: FieldValue) -> FieldValue {
        value.kind == .string && value.flags.contains(.escaped) ? unescaped(value) : value
    }

    @inline(never)
    private mutating func unescaped(_ value: FieldValue) -> FieldValue {
        var text: [UInt8] = []
        JSONUnescaping.append(content(of: value), to: &text)
        let start = scratch.count
        scratch.append(UInt8(ascii: "\""))
        scratch.append(text)
        scratch.append(UInt8(ascii: "\""))
        return FieldValue(origin: .scratch, kind: .string, flags: [], start: start, length: scratch.count - start)
    }

    mutating func written(_ text: String, _ kind: JSONKind, _ flags: JSONNode.Flags) -> FieldValue {
        let start = scratch.count
        scratch.append(text.utf8)
        return FieldValue(origin: .scratch, kind: kind, flags: flags, start: start, length: scratch.count - start)
    }
}
