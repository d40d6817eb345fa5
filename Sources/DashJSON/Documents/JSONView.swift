/// A cursor at one value of a document; reading converts only what is asked for.
public struct JSONView: Sendable {
    public let document: JSONDocument
    /// The value's index on the tape.
    public let node: Int

    public init(document: JSONDocument, node: Int) {
        self.document = document
        self.node = node
    }

    /// What form the value has.
    public var kind: JSONKind { document.nodes[node].kind }
    /// Whether the value is `null`.
    public var isNull: Bool { kind == .null }

    /// The text of a string, escapes resolved; nil for any other form.
    public var string: String? { kind == .string ? document.text(node) : nil }

    /// A number exactly as it was written; nil for any other form.
    public var numberText: String? { kind == .number ? String(decoding: rawBytes, as: UTF8.self) : nil }

    /// A whole number that fits; nil for any other value.
    public var int: Int? {
        guard let text = numberText else { return nil }
        return document.nodes[node].flags.contains(.integer) ? Int(text) : JSONNumber(validated: text).int
    }

    /// A number as the nearest double; nil for any other form.
    public var double: Double? { numberText.flatMap { Double($0) } }

    /// A boolean; nil for any other form.
    public var bool: Bool? {
        guard kind == .bool else { return nil }
        return rawBytes.first == UInt8(ascii: "t")
    }

    /// An object's member, of equal keys the last.
    public subscript(_ key: String) -> JSONView? {
        document.member(key, of: node).map { JSONView(document: document, node: $0) }
    }

    /// An array's element.
    public subscript(_ position: Int) -> JSONView? {
        document.element(position, of: node).map { JSONView(document: document, node: $0) }
    }

    /// The elements of an array; nothing for any other form.
    public var elements: JSONElements { JSONElements(of: self) }
    /// The members of an object in their order, without replaced ones; nothing for any other form.
    public var members: JSONMembers { JSONMembers(of: self) }

    /// The value's text exactly as it came.
    public var rawBytes: ArraySlice<UInt8> { document.rawBytes(node) }

    /// The value's text without white space and replaced keys.
    public var compactBytes: [UInt8] {
        var output: [UInt8] = []
        document.appendCompact(node, to: &output)
        return output
    }

    /// The value as a tree.
    public var value: JSONValue { JSONValue(self) }
}
