import CExpat
import DashJSON

/// Turns XML into JSON: an element is an object of its attributes (`@name`) and its children by name, an array where a
/// name comes more than once; text beside them is `#text`. An element with nothing but text is that text. The root is the
/// one member of the result. Neither entities nor attributes of every element can be declared, so that a small body can't
/// grow.
enum XMLDecoder {
    /// So much is read between two looks whether anybody still waits for it.
    private static let pieceBytes = 256 << 10

    /// `isText`: the body is UTF-8, whatever it says of itself.
    static func json(_ body: [UInt8], isText: Bool, limits: JSONLimits) throws(BodyError) -> [UInt8] {
        guard let parser = XML_ParserCreate(isText ? "UTF-8" : nil) else {
            throw BodyError(format: "XML", reason: "there is no memory to read it", line: 1)
        }
        defer { XML_ParserFree(parser) }
        let tree = XMLTree(maxDepth: limits.maxDepth - 1, maxNodes: limits.maxNodes / 2) {
            XML_StopParser(parser, XML_Bool(0))
        }
        return try withExtendedLifetime(tree) { () throws(BodyError) -> [UInt8] in
            XML_SetUserData(parser, Unmanaged.passUnretained(tree).toOpaque())
            XML_SetElementHandler(
                parser,
                { data, name, attributes in XMLDecoder.tree(data)?.open(name, attributes) },
                { data, _ in XMLDecoder.tree(data)?.close() }
            )
            XML_SetCharacterDataHandler(parser) { data, text, count in XMLDecoder.tree(data)?.append(text, count) }
            XML_SetEntityDeclHandler(parser) { data, _, _, _, _, _, _, _, _ in
                XMLDecoder.tree(data)?.refuse("it declares entities")
            }
            XML_SetAttlistDeclHandler(parser) { data, _, _, _, value, _ in
                if value != nil { XMLDecoder.tree(data)?.refuse("it declares attributes that every element has") }
            }
            let isWhole = parse(body, parser, tree)
            let line = Int(XML_GetCurrentLineNumber(parser))
            if let refusal = tree.refusal { throw BodyError(format: "XML", reason: refusal, line: line) }
            guard isWhole, let json = tree.json() else {
                let reason = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "it can't be read"
                throw BodyError(format: "XML", reason: reason, line: line)
            }
            return json
        }
    }

    private static func parse(_ body: [UInt8], _ parser: XML_Parser, _ tree: XMLTree) -> Bool {
        body.withUnsafeBytes { bytes in
            var start = 0
            repeat {
                if Task.isCancelled {
                    tree.refuse("nobody waits for it any more")
                    return false
                }
                let end = min(start + pieceBytes, bytes.count)
                let piece = bytes[start..<end]
                let base = UnsafeRawBufferPointer(rebasing: piece).bindMemory(to: CChar.self).baseAddress
                guard XML_Parse(parser, base, Int32(piece.count), end == bytes.count ? 1 : 0) == XML_STATUS_OK else {
                    return false
                }
                start = end
            } while start < bytes.count
            return true
        }
    }

    private static func tree(_ data: UnsafeMutableRawPointer?) -> XMLTree? {
        data.map { Unmanaged<XMLTree>.fromOpaque($0).takeUnretainedValue() }
    }

    /// The encoding that the XML declaration names.
    static func declaredCharset(_ body: [UInt8]) -> String? {
        let head = body.prefix(200)
        guard head.starts(with: "<?xml".utf8), let end = head.firstIndex(of: UInt8(ascii: ">")),
            let text = String(validating: head[..<end], as: UTF8.self), let name = text.firstRange(of: "encoding")
        else { return nil }
        let value = text[name.upperBound...].drop { $0 == " " || $0 == "\t" || $0 == "=" || $0 == "\n" || $0 == "\r" }
        guard let quote = value.first, quote == "\"" || quote == "'" else { return nil }
        return String(value.dropFirst().prefix { $0 != quote })
    }
}
