import DashJSON

extension CELContext {
    /// An object's member; nil when there is none.
    @inline(__always)
    func member(_ key: CELCode.Key, _ text: UnsafePointer<UInt8>, of view: CELView) -> CELValue? {
        let plain = UnsafeBufferPointer(start: text + key.start, count: key.length)
        switch view.home {
        case .tree:
            guard let tree else { return nil }
            var entry = tree[Int(view.node)].first
            while entry >= 0 {
                if hasKey(tree[entry].key, plain) { return value(entry: entry) }
                entry = tree[entry].next
            }
            return nil
        case .document, .program:
            guard let tape = view.home == .program ? program : document else { return nil }
            let end = Int(tape.nodes[Int(view.node)].next)
            var index = Int(view.node) + 1
            while index < end {
                let node = tape.nodes[index]
                if node.next == key.hash, !node.flags.contains(.overridden), Self.isKey(node, plain, in: tape.bytes) {
                    return value(view.home, index + 1)
                }
                index = Int(tape.nodes[index + 1].next)
            }
            return nil
        case .scratch: return nil
        }
    }

    @inline(__always)
    private static func isKey(_ node: JSONNode, _ key: UnsafeBufferPointer<UInt8>, in base: UnsafePointer<UInt8>)
        -> Bool
    {
        if node.flags.contains(.escaped) {
            return JSONUnescaping.withText(of: node, in: base) { equal($0, key) }
        }
        return equal(UnsafeBufferPointer(start: base + Int(node.start) + 1, count: Int(node.length) - 2), key)
    }

    /// By any string.
    func member(_ name: String, of view: CELView) -> CELValue? {
        var name = name
        return name.withUTF8 { text in
            // An empty text has no address, and may be a key all the same.
            withUnsafePointer(to: 0 as UInt8) { nowhere in
                let key = CELCode.Key(start: 0, length: text.count, hash: JSONKeyHash.hash(text))
                return member(key, text.baseAddress ?? nowhere, of: view)
            }
        }
    }

    @inline(__always)
    private func hasKey(_ range: TextRange, _ key: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = keyBase(range.origin) else { return false }
        let bytes = UnsafeBufferPointer(start: base + range.start, count: range.length)
        if range.isEscaped { return hasEscapedKey(bytes, key) }
        return Self.equal(bytes, key)
    }

    @inline(never)
    private func hasEscapedKey(_ bytes: UnsafeBufferPointer<UInt8>, _ key: UnsafeBufferPointer<UInt8>) -> Bool {
        var text: [UInt8] = []
        JSONUnescaping.append(bytes, to: &text)
        return text.elementsEqual(key)
    }

    private func keyBase(_ origin: Origin) -> UnsafePointer<UInt8>? {
        switch origin {
        case .document: document?.bytes
        case .program: keyText
        case .scratch: scratch
        }
    }

    private func keyName(_ range: TextRange) -> String {
        guard let base = keyBase(range.origin) else { return "" }
        let bytes = UnsafeBufferPointer(start: base + range.start, count: range.length)
        guard range.isEscaped else { return String(decoding: bytes, as: UTF8.self) }
        var text: [UInt8] = []
        JSONUnescaping.append(bytes, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Roughly how much lies in an array or object.
    func size(of view: CELView) -> Int {
        guard view.home != .tree else { return 8 }
        guard let tape = view.home == .program ? program : document, view.node >= 0 else { return 0 }
        return Int(tape.nodes[Int(view.node)].next) - Int(view.node)
    }

    func elements(of view: CELView) -> [CELValue] {
        var elements: [CELValue] = []
        if view.home == .tree {
            guard let tree else { return [] }
            var entry = tree[Int(view.node)].first
            while entry >= 0 {
                elements.append(value(entry: entry))
                entry = tree[entry].next
            }
        } else if let tape = view.home == .program ? program : document, view.node >= 0 {
            let end = Int(tape.nodes[Int(view.node)].next)
            var index = Int(view.node) + 1
            while index < end {
                elements.append(value(view.home, index))
                index = Int(tape.nodes[index].next)
            }
        }
        return elements
    }

    func members(of view: CELView) -> [CELMap.Entry] {
        var members: [CELMap.Entry] = []
        if view.home == .tree {
            guard let tree else { return [] }
            var entry = tree[Int(view.node)].first
            while entry >= 0 {
                members.append((.string(keyName(tree[entry].key)), value(entry: entry)))
                entry = tree[entry].next
            }
        } else if let tape = view.home == .program ? program : document, view.node >= 0 {
            let end = Int(tape.nodes[Int(view.node)].next)
            var index = Int(view.node) + 1
            while index < end {
                let node = tape.nodes[index]
                if !node.flags.contains(.overridden) {
                    let name = JSONUnescaping.withText(of: node, in: tape.bytes) {
                        String(decoding: $0, as: UTF8.self)
                    }
                    members.append((.string(name), value(view.home, index + 1)))
                }
                index = Int(tape.nodes[index + 1].next)
            }
        }
        return members
    }
}
