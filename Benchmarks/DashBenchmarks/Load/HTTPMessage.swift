/// Just enough of HTTP/1.1 to load a server at little cost of its own.
enum HTTPMessage {
    static func request(_ method: String, _ path: String, headers: [(String, String)] = [], body: [UInt8] = [])
        -> [UInt8]
    {
        var head = "\(method) \(path) HTTP/1.1\r\nhost: 127.0.0.1\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if !body.isEmpty || method != "GET" { head += "content-length: \(body.count)\r\n" }
        return Array(head.utf8) + Array("\r\n".utf8) + body
    }

    /// The status, and where the first whole answer in the bytes ends; nil while it isn't whole.
    static func response(in bytes: [UInt8]) -> (status: Int, body: Range<Int>, end: Int)? {
        guard let headEnd = end(ofHeadIn: bytes), bytes.count > 12 else { return nil }
        let status = bytes[9..<12].reduce(0) { $0 * 10 + Int($1 &- 48) }
        var length = 0
        var isChunked = false
        var line = 0
        while line < headEnd - 2 {
            var lineEnd = line
            while bytes[lineEnd] != 13 { lineEnd += 1 }
            if starts(bytes, line, with: "content-length:") {
                length = bytes[line + 15..<lineEnd].filter { $0 != 32 }.reduce(0) { $0 * 10 + Int($1 &- 48) }
            } else if starts(bytes, line, with: "transfer-encoding: chunked") {
                isChunked = true
            }
            line = lineEnd + 2
        }
        guard isChunked else {
            return bytes.count >= headEnd + length ? (status, headEnd..<headEnd + length, headEnd + length) : nil
        }
        let last: [UInt8] = [48, 13, 10, 13, 10]
        var index = headEnd
        while index + 5 <= bytes.count {
            if bytes[index] == 48, bytes[index..<index + 5].elementsEqual(last),
                index == headEnd || bytes[index - 1] == 10
            {
                return (status, headEnd..<index, index + 5)
            }
            index += 1
        }
        return nil
    }

    /// Where the empty line behind the header fields ends.
    static func end(ofHeadIn bytes: [UInt8]) -> Int? {
        var index = 3
        while index < bytes.count {
            if bytes[index] == 10, bytes[index - 1] == 13, bytes[index - 2] == 10, bytes[index - 3] == 13 {
                return index + 1
            }
            index += 1
        }
        return nil
    }

    private static func starts(_ bytes: [UInt8], _ offset: Int, with text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard offset + count <= bytes.count else { return false }
        for index in 0..<count where bytes[offset + index] | 0x20 != text.utf8Start[index] | 0x20 { return false }
        return true
    }
}
