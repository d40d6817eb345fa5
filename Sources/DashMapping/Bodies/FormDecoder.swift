import DashJSON

/// Reads `application/x-www-form-urlencoded` (WHATWG URL §5.1): `a=1&b=two+words`.
public enum FormDecoder {
    /// The parameters in their order.
    public static func parameters(_ body: [UInt8]) -> [(name: String, value: String)] {
        body.split(separator: UInt8(ascii: "&")).map { pair in
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            return (decoded(parts[0]), parts.count > 1 ? decoded(parts[1]) : "")
        }
    }

    /// One record: a text a parameter, an array where a name comes more than once. A form whose only parameter is a
    /// `payload` of JSON (GitHub, Slack) is that JSON.
    static func json(_ body: [UInt8]) -> [UInt8] {
        let parameters = parameters(body)
        if parameters.count == 1, parameters[0].name == "payload", parameters[0].value.first == "{" {
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

    private static func decoded(_ text: ArraySlice<UInt8>) -> String {
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
        return String(decoding: bytes, as: UTF8.self)
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
