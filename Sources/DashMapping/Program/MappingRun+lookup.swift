import DashJSON

extension MappingRun {
    /// Tape index of what the steps lead to, -1 when there is nothing.
    @inline(__always)
    func lookUp(_ steps: Range<Int>, from root: Int) -> Int {
        var node = root
        var index = steps.lowerBound
        while index < steps.upperBound {
            let step = parts.steps[index]
            node = step.key >= 0 ? member(step.key, step: index, of: node) : element(step.position, of: node)
            if node < 0 { return -1 }
            index &+= 1
        }
        return node
    }

    /// First looks where the key lay in the record before, which needs no search when the shape is the same.
    @inline(__always)
    private func member(_ keyIndex: Int, step: Int, of object: Int) -> Int {
        let key = parts.keys[keyIndex]
        let container = document.nodes[object]
        let guess = object &+ Int(guesses[step])
        if guess < Int(container.next) {
            let node = document.nodes[guess]
            // A key one level deeper within the object's stretch of the tape belongs to this very object.
            if node.next == key.hash, node.flags.rawValue & Self.keyMask == JSONNode.Flags.key.rawValue,
                node.depth == container.depth &+ 1, container.kind == .object, matches(node, key)
            {
                return guess &+ 1
            }
        }
        return search(key, step, object)
    }

    /// A key without escapes that no later one replaces.
    private static var keyMask: UInt8 {
        let flags: JSONNode.Flags = [.key, .escaped, .overridden]
        return flags.rawValue
    }

    @inline(never)
    private func search(_ key: CompiledMapping.Key, _ step: Int, _ object: Int) -> Int {
        let container = document.nodes[object]
        guard container.kind == .object else { return -1 }
        let end = Int(container.next)
        var index = object + 1
        while index < end {
            let node = document.nodes[index]
            if node.next == key.hash, !node.flags.contains(.overridden),
                node.flags.contains(.escaped) ? matchesEscaped(node, key) : matches(node, key)
            {
                if index - object <= Int32.max { guesses[step] = Int32(index - object) }
                return index + 1
            }
            index = Int(document.nodes[index + 1].next)
        }
        return -1
    }

    private func element(_ position: Int, of array: Int) -> Int {
        let container = document.nodes[array]
        guard container.kind == .array else { return -1 }
        let end = Int(container.next)
        var index = array + 1
        var left = position
        while index < end {
            if left == 0 { return index }
            left -= 1
            index = Int(document.nodes[index].next)
        }
        return -1
    }

    @inline(__always)
    private func matches(_ node: JSONNode, _ key: CompiledMapping.Key) -> Bool {
        guard Int(node.length) &- 2 == key.plainLength, let text = parts.text.baseAddress else { return false }
        let left = UnsafeRawPointer(document.bytes + (Int(node.start) &+ 1))
        let right = UnsafeRawPointer(text + key.plainStart)
        return Self.equal(left, right, key.plainLength)
    }

    /// Compares eight bytes at a time; the last eight may overlap the ones before.
    @inline(__always)
    private static func equal(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ length: Int) -> Bool {
        if length >= 8 {
            var offset = 0
            while offset &+ 8 < length {
                guard word(left, offset) == word(right, offset) else { return false }
                offset &+= 8
            }
            return word(left, length &- 8) == word(right, length &- 8)
        }
        if length >= 4 {
            return half(left, 0) == half(right, 0) && half(left, length &- 4) == half(right, length &- 4)
        }
        for offset in 0..<length
        where left.load(fromByteOffset: offset, as: UInt8.self) != right.load(fromByteOffset: offset, as: UInt8.self) {
            return false
        }
        return true
    }

    @inline(__always)
    private static func word(_ base: UnsafeRawPointer, _ offset: Int) -> UInt64 {
        base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }

    @inline(__always)
    private static func half(_ base: UnsafeRawPointer, _ offset: Int) -> UInt32 {
        base.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
    }

    private func matchesEscaped(_ node: JSONNode, _ key: CompiledMapping.Key) -> Bool {
        guard let text = parts.text.baseAddress else { return false }
        let plain = UnsafeBufferPointer(start: text + key.plainStart, count: key.plainLength)
        return JSONUnescaping.withText(of: node, in: document.bytes) { $0.elementsEqual(plain) }
    }
}
