import CExpat
import DashJSON

/// Turns XML into JSON: an element is an object of its attributes (`@name`) and its children by name, an array where a
/// name comes more than once; text beside them is `#text`. An element with nothing but text is that text. The root is the
/// one member of the result. Entities can't be declared, so that a small body can't grow.
enum XMLDecoder {
    static func json(_ body: [UInt8], maxDepth: Int) throws(BodyError) -> JSONValue {
        guard let parser = XML_ParserCreate(nil) else {
            throw BodyError(format: "XML", reason: "there is no memory to read it", line: 1)
        }
        defer { XML_ParserFree(parser) }
        let tree = XMLTree(maxDepth: maxDepth) { XML_StopParser(parser, XML_Bool(0)) }
        return try withExtendedLifetime(tree) { () throws(BodyError) -> JSONValue in
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
            let status = body.withUnsafeBufferPointer { buffer in
                buffer.withMemoryRebound(to: CChar.self) {
                    XML_Parse(parser, $0.baseAddress, Int32(clamping: $0.count), 1)
                }
            }
            let line = Int(XML_GetCurrentLineNumber(parser))
            if let refusal = tree.refusal { throw BodyError(format: "XML", reason: refusal, line: line) }
            guard status == XML_STATUS_OK, let root = tree.root else {
                let reason = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "it can't be read"
                throw BodyError(format: "XML", reason: reason, line: line)
            }
            return root
        }
    }

    private static func tree(_ data: UnsafeMutableRawPointer?) -> XMLTree? {
        data.map { Unmanaged<XMLTree>.fromOpaque($0).takeUnretainedValue() }
    }
}
