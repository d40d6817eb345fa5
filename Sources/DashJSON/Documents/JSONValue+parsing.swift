extension JSONValue {
    /// Reads one JSON text into a tree.
    public init(parsing bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) {
        let document = try JSONDocument(parsing: bytes, limits: limits)
        self.init(document.view(0))
    }

    /// Reads one JSON text into a tree.
    public init(parsing text: String, limits: JSONLimits = .default) throws(JSONError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }

    /// A document's value as a tree; built without recursion, whatever its depth.
    public init(_ view: JSONView) {
        var open: [Container] = []
        let document = view.document
        var index = view.node
        while true {
            let node = document.nodes[index]
            var value: JSONValue
            if node.kind == .object || node.kind == .array {
                open.append(Container(isObject: node.kind == .object, end: Int(node.next)))
                index += 1
                value = .null
            } else {
                value = Self.scalar(document, index)
                index += 1
                guard !open.isEmpty else {
                    self = value
                    return
                }
                open[open.count - 1].add(value)
            }
            while let last = open.last, index == last.end {
                value = last.value
                open.removeLast()
                guard !open.isEmpty else {
                    self = value
                    return
                }
                open[open.count - 1].add(value)
            }
            while let last = open.last, last.isObject, document.nodes[index].flags.contains(.overridden) {
                index = Int(document.nodes[index + 1].next)
            }
            if let last = open.last, last.isObject {
                open[open.count - 1].key = document.text(index)
                index += 1
            }
        }
    }

    private static func scalar(_ document: JSONDocument, _ index: Int) -> JSONValue {
        switch document.nodes[index].kind {
        case .string: return .string(document.text(index))
        case .number: return .number(JSONNumber(validated: String(decoding: document.rawBytes(index), as: UTF8.self)))
        case .bool: return .bool(document.rawBytes(index).first == UInt8(ascii: "t"))
        case .null, .array, .object: return .null
        }
    }

    /// An array or object whose inside is still being read.
    private struct Container {
        let isObject: Bool
        let end: Int
        var key = ""
        private var elements: [JSONValue] = []
        private var members: [(key: String, value: JSONValue)] = []

        init(isObject: Bool, end: Int) {
            self.isObject = isObject
            self.end = end
        }

        mutating func add(_ value: JSONValue) {
            if isObject { members.append((key, value)) } else { elements.append(value) }
        }

        var value: JSONValue { isObject ? .object(JSONObject(unique: members)) : .array(elements) }
    }
}
