/// Marks the keys of an object that a later equal key replaces, so that the last one wins for every reader.
struct JSONDuplicateKeys {
    let base: UnsafePointer<UInt8>
    let nodes: UnsafeMutablePointer<JSONNode>

    /// Objects up to this many keys are compared key by key, larger ones through a table when they close.
    static let fewKeys = 32

    /// Marks an earlier key equal to the one at `key`; false when there is none.
    @inline(never)
    func mark(before key: Int, inObjectAt object: Int) -> Bool {
        var index = object + 1
        while index < key {
            let node = nodes[index]
            if node.next == nodes[key].next, !node.flags.contains(.overridden), equal(node, nodes[key]) {
                nodes[index].flags.insert(.overridden)
                return true
            }
            index = Int(nodes[index + 1].next)
        }
        return false
    }

    /// Marks all earlier equal keys of a large object whose members end at `end`. Linear in the number of keys: the
    /// table hashes with the process's random seed, so that no chosen keys can make it slow.
    @inline(never)
    func markAll(inObjectAt object: Int, keys: Int, end: Int) -> Bool {
        var found = false
        let slots = 1 << (Int.bitWidth - (keys * 2 - 1).leadingZeroBitCount)
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: slots) { table in
            table.initialize(repeating: 0)
            var index = object + 1
            while index < end {
                var slot = hash(nodes[index]) & (slots - 1)
                while table[slot] != 0, !equal(nodes[Int(table[slot])], nodes[index]) {
                    slot = (slot + 1) & (slots - 1)
                }
                if table[slot] != 0 {
                    nodes[Int(table[slot])].flags.insert(.overridden)
                    found = true
                }
                table[slot] = UInt32(index)
                index = Int(nodes[index + 1].next)
            }
        }
        return found
    }

    private func hash(_ node: JSONNode) -> Int {
        JSONUnescaping.withText(of: node, in: base) { text in
            var hasher = Hasher()
            hasher.combine(bytes: UnsafeRawBufferPointer(text))
            return hasher.finalize()
        }
    }

    private func equal(_ left: JSONNode, _ right: JSONNode) -> Bool {
        JSONUnescaping.withText(of: left, in: base) { left in
            JSONUnescaping.withText(of: right, in: base) { right in left.elementsEqual(right) }
        }
    }
}
