/// The parser: one pass over the bytes, no recursion, one node a value.
///
/// Offsets are compared with `end` before each read, so the bytes need no terminator.
struct JSONParser {
    let base: UnsafePointer<UInt8>
    let end: Int
    let limits: JSONLimits
    let nodes: UnsafeMutablePointer<JSONNode>
    let capacity: Int
    let frames: UnsafeMutablePointer<JSONFrame>

    /// How the roots are arranged.
    enum Framing {
        /// One value.
        case single
        /// Any number of values, each on a line of its own.
        case lines
        /// Any number of values, one right behind the other.
        case adjacent
    }

    /// Fills the tape; answers the number of nodes, and the fault if there is one.
    func parse(_ framing: Framing, roots: inout [Int]) -> (count: Int, failure: JSONFailure?) {
        var count = 0
        var offset = skipSpace(0)
        if end >= 3, base[0] == 0xEF, base[1] == 0xBB, base[2] == 0xBF {
            return (0, JSONFailure(code: .byteOrderMark, offset: 0))
        }
        if framing == .single, offset == end { return (0, JSONFailure(code: .unexpectedEnd, offset: end)) }
        while offset < end {
            roots.append(count)
            if let failure = parseValue(&offset, &count) { return (count, failure) }
            let behind = offset
            offset = skipSpace(offset)
            guard offset < end else { break }
            if framing == .adjacent { continue }
            guard framing == .lines else { return (count, JSONFailure(code: .trailingBytes, offset: offset)) }
            guard (behind..<offset).contains(where: { base[$0] == UInt8(ascii: "\n") }) else {
                return (count, JSONFailure(code: .missingLineBreak, offset: offset))
            }
        }
        return (count, nil)
    }

    /// One root value and everything in it.
    private func parseValue(_ position: inout Int, _ nodeCount: inout Int) -> JSONFailure? {
        var p = position
        var count = nodeCount
        var depth = 0
        var spaced = false
        let allowsNull = limits.allowsNullCharacter
        let maxDepth = limits.maxDepth
        let maxExponent = limits.maxExponent
        func fail(_ code: JSONError.Code, _ offset: Int) -> JSONFailure {
            JSONFailure(code: offset >= end && code != .tooManyValues ? .unexpectedEnd : code, offset: offset)
        }

        value: while true {
            guard p < end else { return fail(.unexpectedEnd, end) }
            guard count &+ 2 <= capacity else { return fail(.tooManyValues, p) }
            let first = base[p]
            switch first {
            case UInt8(ascii: "\""):
                let string = scanString(p &+ 1, allowsNull)
                if let failure = string.failure { return failure }
                append(&count, .string, string.flags, depth, p, string.quote &+ 1)
                if depth > 0, !string.flags.isDisjoint(with: .inherited) {
                    frames[depth &- 1].flags.formUnion(string.flags.intersection(.inherited))
                }
                p = string.quote &+ 1
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                let number = JSONNumberScanner.scan(base, from: p, to: end, maxExponent: maxExponent)
                if let code = number.code { return JSONFailure(code: code, offset: number.offset) }
                append(&count, .number, number.isInteger ? .integer : [], depth, p, number.offset)
                if !number.isStorable { markUnstorable(count &- 1, depth) }
                p = number.offset
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard depth < maxDepth else { return JSONFailure(code: .tooDeep, offset: p) }
                let isObject = first == UInt8(ascii: "{")
                frames[depth] = JSONFrame(seen: 0, node: UInt32(count), keys: 0, flags: [], isObject: isObject)
                append(&count, isObject ? .object : .array, [], depth, p, p)
                depth &+= 1
                p &+= 1
                if p < end, base[p] <= 0x20 { p = skipSpace(p, &spaced) }
                guard p < end else { return fail(.unexpectedEnd, end) }
                // "}" and "]" are "{" and "[" plus 2.
                if base[p] != first &+ 2 {
                    if spaced { markSpaced(depth, &spaced) }
                    guard isObject else { continue value }
                    if let failure = parseKey(&p, &count, depth, allowsNull) { return failure }
                    continue value
                }
            case UInt8(ascii: "t"):
                guard literal(p, 0x6575_7274) else { return fail(.expectedValue, p) }
                append(&count, .bool, [], depth, p, p &+ 4)
                p &+= 4
            case UInt8(ascii: "n"):
                guard literal(p, 0x6C6C_756E) else { return fail(.expectedValue, p) }
                append(&count, .null, [], depth, p, p &+ 4)
                p &+= 4
            case UInt8(ascii: "f"):
                guard p &+ 5 <= end, literal(p &+ 1, 0x6573_6C61) else { return fail(.expectedValue, p) }
                append(&count, .bool, [], depth, p, p &+ 5)
                p &+= 5
            default:
                return fail(.expectedValue, p)
            }

            // Behind a value: a comma, or the end of what contains it.
            while true {
                if depth == 0 {
                    position = p
                    nodeCount = count
                    return nil
                }
                if p < end, base[p] <= 0x20 { p = skipSpace(p, &spaced) }
                if spaced { markSpaced(depth, &spaced) }
                guard p < end else { return fail(.unexpectedEnd, end) }
                let isObject = frames[depth &- 1].isObject
                if base[p] == UInt8(ascii: ",") {
                    p &+= 1
                    if p < end, base[p] <= 0x20 { p = skipSpace(p, &spaced) }
                    if spaced { markSpaced(depth, &spaced) }
                    guard isObject else { continue value }
                    guard count &+ 2 <= capacity else { return fail(.tooManyValues, p) }
                    if let failure = parseKey(&p, &count, depth, allowsNull) { return failure }
                    continue value
                }
                guard base[p] == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                    return fail(.expectedCommaOrEnd, p)
                }
                p &+= 1
                depth &-= 1
                close(depth, count, p)
            }
        }
    }

    /// A key and its colon; leaves `p` at the value.
    @inline(__always)
    private func parseKey(_ p: inout Int, _ count: inout Int, _ depth: Int, _ allowsNull: Bool) -> JSONFailure? {
        guard p < end, base[p] == UInt8(ascii: "\"") else {
            return JSONFailure(code: p < end ? .expectedKey : .unexpectedEnd, offset: p)
        }
        let key = scanKey(p &+ 1, allowsNull)
        if let failure = key.failure { return failure }
        let flags = key.flags.union(.key)
        nodes[count] = JSONNode(
            kind: .string,
            flags: flags,
            depth: UInt16(truncatingIfNeeded: depth),
            start: UInt32(truncatingIfNeeded: p),
            length: UInt32(truncatingIfNeeded: key.quote &+ 1 &- p),
            next: key.hash
        )
        p = key.quote &+ 1
        let frame = frames + (depth &- 1)
        if !key.flags.isDisjoint(with: .inherited) {
            frame.pointee.flags.formUnion(key.flags.intersection(.inherited))
        }
        let bit: UInt64 = 1 &<< UInt64(key.hash & 63)
        frame.pointee.keys &+= 1
        if frame.pointee.seen & bit == 0 {
            frame.pointee.seen |= bit
        } else if frame.pointee.keys <= JSONDuplicateKeys.fewKeys {
            let keys = JSONDuplicateKeys(base: base, nodes: nodes)
            if keys.mark(before: count, inObjectAt: Int(frame.pointee.node)) {
                frame.pointee.flags.formUnion([.duplicates, .rough])
            }
        }
        count &+= 1
        var spaced = false
        if p < end, base[p] <= 0x20 { p = skipSpace(p, &spaced) }
        guard p < end, base[p] == UInt8(ascii: ":") else {
            return JSONFailure(code: p < end ? .expectedColon : .unexpectedEnd, offset: p)
        }
        p &+= 1
        if p < end, base[p] <= 0x20 { p = skipSpace(p, &spaced) }
        if spaced { frame.pointee.flags.insert(.rough) }
        return nil
    }

    /// Completes the node of the container that `frames[depth]` describes.
    @inline(__always)
    private func close(_ depth: Int, _ count: Int, _ offset: Int) {
        let frame = frames[depth]
        let object = Int(frame.node)
        var flags = frame.flags
        if frame.keys > JSONDuplicateKeys.fewKeys {
            let keys = JSONDuplicateKeys(base: base, nodes: nodes)
            if keys.markAll(inObjectAt: object, keys: Int(frame.keys), end: count) {
                flags.formUnion([.duplicates, .rough])
            }
        }
        nodes[object].flags = flags
        nodes[object].length = UInt32(truncatingIfNeeded: offset) &- nodes[object].start
        nodes[object].next = UInt32(truncatingIfNeeded: count)
        if depth > 0 { frames[depth &- 1].flags.formUnion(flags.intersection(.inherited)) }
    }

    @inline(__always)
    private func append(
        _ count: inout Int,
        _ kind: JSONKind,
        _ flags: JSONNode.Flags,
        _ depth: Int,
        _ start: Int,
        _ stop: Int
    ) {
        nodes[count] = JSONNode(
            kind: kind,
            flags: flags,
            depth: UInt16(truncatingIfNeeded: depth),
            start: UInt32(truncatingIfNeeded: start),
            length: UInt32(truncatingIfNeeded: stop &- start),
            next: UInt32(truncatingIfNeeded: count &+ 1)
        )
        count &+= 1
    }

    @inline(__always)
    private func literal(_ p: Int, _ word: UInt32) -> Bool {
        p &+ 4 <= end && UInt32(littleEndian: UnsafeRawPointer(base + p).loadUnaligned(as: UInt32.self)) == word
    }

    /// A node that no store takes; what contains it learns of it when it closes.
    @inline(never)
    private func markUnstorable(_ node: Int, _ depth: Int) {
        nodes[node].flags.insert(.unstorable)
        if depth > 0 { frames[depth - 1].flags.insert(.unstorable) }
    }

    /// The container at `depth` has white space in it.
    @inline(never)
    private func markSpaced(_ depth: Int, _ spaced: inout Bool) {
        frames[depth - 1].flags.insert(.rough)
        spaced = false
    }

    @inline(never)
    private func skipSpace(_ start: Int, _ spaced: inout Bool) -> Int {
        let p = skipSpace(start)
        if p > start { spaced = true }
        return p
    }

    private func skipSpace(_ start: Int) -> Int {
        var p = start
        while p < end {
            switch base[p] {
            case 0x20, 0x0A, 0x0D, 0x09: p &+= 1
            default: return p
            }
        }
        return p
    }
}
