import DashJSON

/// Reads `application/x-www-form-urlencoded` (WHATWG URL §5.1): `a=1&b=two+words`.
public enum FormDecoder {
    /// The parameters in their order. Throws for what is no text in the form's encoding, which its `_charset_` names, or
    /// else `charset`, and is UTF-8 otherwise.
    public static func parameters(_ body: [UInt8], charset: Charset? = nil) throws(BodyError) -> [(
        name: String, value: String
    )] {
        let pairs = body.split(separator: UInt8(ascii: "&")).map { pair in
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            return (name: decoded(parts[0]), value: parts.count > 1 ? decoded(parts[1]) : [])
        }
        let named = pairs.first { $0.name.elementsEqual("_charset_".utf8) }
            .flatMap { String(validating: $0.value, as: UTF8.self) }.flatMap { Charset(label: $0) }
        let transcoder: Transcoder? =
            if let charset = named ?? charset, charset != .utf8 { try Transcoder(charset) } else { nil }
        var parameters: [(name: String, value: String)] = []
        parameters.reserveCapacity(pairs.count)
        for pair in pairs {
            parameters.append((try text(pair.name, transcoder), try text(pair.value, transcoder)))
        }
        return parameters
    }

    /// One record: a text a parameter, an array where a name comes more than once. A form whose only parameter is a
    /// `payload` of JSON (GitHub, Slack) is that JSON.
    static func json(_ body: [UInt8], charset: Charset?) throws(BodyError) -> [UInt8] {
        let parameters = try parameters(body, charset: charset)
        if parameters.count == 1, parameters[0].name == "payload",
            let first = parameters[0].value.utf8.first(where: { $0 > 32 }),
            first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        {
            return Array(parameters[0].value.utf8)
        }
        var order: [String] = []
        var values: [String: [String]] = [:]
        for (name, value) in parameters {
            if values[name] == nil { order.append(name) }
            values[name, default: []].append(value)
        }
        var writer = JSONWriter(reserving: body.count * 2)
        writer.beginObject()
        for name in order {
            writer.key(name)
            let all = values[name] ?? []
            if all.count == 1 {
                writer.string(all[0])
            } else {
                writer.beginArray()
                for value in all { writer.string(value) }
                writer.endArray()
            }
        }
        writer.endObject()
        return writer.bytes
    }

    private static func text(_ bytes: [UInt8], _ transcoder: Transcoder?) throws(BodyError) -> String {
        var bytes = bytes
        if let transcoder, bytes.contains(where: { $0 >= 0x80 || $0 == 0x1B || $0 == 0 }) {
            bytes = try transcoder.write(bytes)
            try transcoder.finish()
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw BodyError(format: "form", reason: "a parameter is not valid UTF-8; say its charset", line: 1)
        }
        return text
    }

    private static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            if byte == UInt8(ascii: "+") {
                bytes.append(UInt8(ascii: " "))
            } else if byte == UInt8(ascii: "%"), index + 2 < text.endIndex, let high = nibble(text[index + 1]),
                let low = nibble(text[index + 2])
            {
                bytes.append(high << 4 | low)
                index += 2
            } else {
                bytes.append(byte)
            }
            index += 1
        }
        return bytes
    }

    private static func nibble(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }
}
