extension JSONDocument {
    /// Tape index of an object's member, of equal keys the last; nil when there is none or `object` is no object.
    public func member(_ key: some StringProtocol, of object: Int) -> Int? {
        var key = String(key)
        return key.withUTF8 { member($0, of: object) }
    }

    /// As `member(_:of:)`, by the key's UTF-8 bytes.
    public func member(_ key: UnsafeBufferPointer<UInt8>, of object: Int) -> Int? {
        guard nodes[object].kind == .object else { return nil }
        let hash = JSONKeyHash.hash(key)
        return withUnsafeTape { bytes, nodes in
            guard let base = bytes.baseAddress else { return nil }
            var index = object + 1
            let end = Int(nodes[object].next)
            while index < end {
                let node = nodes[index]
                if node.next == hash, !node.flags.contains(.overridden),
                    JSONUnescaping.withText(of: node, in: base, { $0.elementsEqual(key) })
                {
                    return index + 1
                }
                index = Int(nodes[index + 1].next)
            }
            return nil
        }
    }

    /// Tape index of an array's element; nil outside its bounds or when `array` is no array.
    public func element(_ position: Int, of array: Int) -> Int? {
        guard nodes[array].kind == .array, position >= 0 else { return nil }
        let end = Int(nodes[array].next)
        var index = array + 1
        var left = position
        while index < end {
            if left == 0 { return index }
            left -= 1
            index = Int(nodes[index].next)
        }
        return nil
    }

    /// The text of a string or key node, escapes resolved.
    public func text(_ node: Int) -> String {
        withUnsafeTape { bytes, nodes in
            guard let base = bytes.baseAddress else { return "" }
            return JSONUnescaping.withText(of: nodes[node], in: base) { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// A node's text exactly as it came.
    public func rawBytes(_ node: Int) -> ArraySlice<UInt8> {
        let start = Int(nodes[node].start)
        return bytes[start..<start + Int(nodes[node].length)]
    }
}
