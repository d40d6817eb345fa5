import DashJSON

/// Where views lie: the bytes, tapes and tree of the record at hand, valid for one evaluation.
struct CELContext {
    var document: TapeBase?
    var program: TapeBase?
    var scratch: UnsafePointer<UInt8>?
    /// What keys of `.program` lie in.
    var keyText: UnsafePointer<UInt8>?
    var tree: UnsafePointer<RecordTree.Entry>?

    /// For evaluations without a record.
    static var empty: CELContext { CELContext() }

    // MARK: Reading values

    /// The value at a tape's index.
    @inline(__always)
    func value(_ home: CELView.Home, _ index: Int) -> CELValue {
        guard let tape = home == .program ? program : document else { return .null }
        let node = tape.nodes[index]
        return value(FieldValue(node, at: index, origin: home == .program ? .program : .document), tape.bytes)
    }

    /// The value of an entry of the tree.
    @inline(__always)
    func value(entry index: Int) -> CELValue {
        guard let tree else { return .null }
        if tree[index].isOpen { return .view(CELView(container: tree[index].value.kind, .tree, node: index)) }
        let value = tree[index].value
        guard let base = base(of: value.origin) else { return .null }
        return self.value(value, base)
    }

    private func base(of origin: Origin) -> UnsafePointer<UInt8>? {
        switch origin {
        case .document: document?.bytes
        case .program: program?.bytes
        case .scratch: scratch
        }
    }

    @inline(__always)
    private func value(_ value: FieldValue, _ base: UnsafePointer<UInt8>) -> CELValue {
        switch value.kind {
        case .null: return .null
        case .bool: return .bool(base[value.start] == UInt8(ascii: "t"))
        case .number:
            let text = UnsafeBufferPointer(start: base + value.start, count: value.length)
            if value.flags.contains(.integer) { return Self.whole(text) }
            return DecimalText.short(text).map { .double($0) } ?? .long(text)
        case .string:
            if value.flags.contains(.escaped) { return unescaped(value, base) }
            return .view(CELView(string: Self.home(value.origin), start: value.start + 1, length: value.length - 2))
        case .array, .object:
            guard value.node >= 0 else { return parsed(value, base) }
            return .view(CELView(container: value.kind, Self.home(value.origin), node: value.node))
        }
    }

    @inline(__always)
    private static func home(_ origin: Origin) -> CELView.Home {
        switch origin {
        case .document: .document
        case .program: .program
        case .scratch: .scratch
        }
    }

    @inline(__always)
    private static func whole(_ text: UnsafeBufferPointer<UInt8>) -> CELValue {
        guard text.count <= 18 else { return .longWhole(text) }
        let isNegative = text[0] == UInt8(ascii: "-")
        var value: Int64 = 0
        for index in (isNegative ? 1 : 0)..<text.count { value = value &* 10 &+ Int64(text[index] &- 0x30) }
        return .int(isNegative ? 0 &- value : value)
    }

    @inline(never)
    private func unescaped(_ value: FieldValue, _ base: UnsafePointer<UInt8>) -> CELValue {
        var text: [UInt8] = []
        JSONUnescaping.append(UnsafeBufferPointer(start: base + value.start + 1, count: value.length - 2), to: &text)
        return .string(String(decoding: text, as: UTF8.self))
    }

    @inline(never)
    private func parsed(_ value: FieldValue, _ base: UnsafePointer<UInt8>) -> CELValue {
        let text = Array(UnsafeBufferPointer(start: base + value.start, count: value.length))
        return (try? JSONValue(parsing: text)).map { CELValue($0) } ?? .null
    }

    // MARK: Strings

    @inline(__always)
    func bytes(of view: CELView) -> UnsafeBufferPointer<UInt8> {
        let base: UnsafePointer<UInt8>? =
            switch view.home {
            case .document: document?.bytes
            case .program: program?.bytes
            case .scratch: scratch
            case .tree: nil
            }
        guard let base else { return UnsafeBufferPointer(start: nil, count: 0) }
        return UnsafeBufferPointer(start: base + Int(view.start), count: Int(view.length))
    }

    @inline(__always)
    func isText(_ view: CELView, _ text: String) -> Bool {
        let bytes = bytes(of: view)
        guard bytes.count == text.utf8.count else { return false }
        return text.utf8.withContiguousStorageIfAvailable { Self.equal($0, bytes) } ?? bytes.elementsEqual(text.utf8)
    }

    @inline(__always)
    static func equal(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for index in left.indices where left[index] != right[index] { return false }
        return true
    }

    // MARK: Resolving

    /// A value that is no view; what is inside a list or map may still be views.
    @inline(__always)
    func resolved(_ value: CELValue) -> CELValue {
        guard case .view(let view) = value else { return value }
        return resolved(view)
    }

    @inline(never)
    private func resolved(_ view: CELView) -> CELValue {
        switch view.kind {
        case .array: return .list(elements(of: view))
        case .object: return .map(CELMap(unique: members(of: view)))
        default: return .string(String(decoding: bytes(of: view), as: UTF8.self))
        }
    }

    /// A value without any view in it, which may leave the evaluation.
    func owned(_ value: CELValue) -> CELValue {
        switch resolved(value) {
        case .list(let elements): .list(elements.map { owned($0) })
        case .map(let map): .map(CELMap(unique: map.entries.map { (owned($0.key), owned($0.value)) }))
        case .optional(let inner): .optional(inner.map { owned($0) })
        case let other: other
        }
    }
}
