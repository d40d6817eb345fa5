import DashJSON

extension SchemaRun {
    @inline(never)
    mutating func checkPrefix(_ code: SchemaInstruction, _ node: Int, _ marked: Int) -> Bool {
        var isValid = true
        let end = Int(document.nodes[node].next)
        var index = node + 1
        var position = Int(code.a)
        while index < end, position < Int(code.b) {
            if !check(Int(parts.lists[position]), index, -1) {
                isValid = false
                guard isCollecting else { return false }
            }
            mark(index, of: node, marked)
            position += 1
            index = Int(document.nodes[index].next)
        }
        return isValid
    }

    @inline(never)
    mutating func checkItems(_ code: SchemaInstruction, _ node: Int, _ marked: Int) -> Bool {
        var isValid = true
        let end = Int(document.nodes[node].next)
        var index = node + 1
        var skipped = Int(code.b)
        while index < end {
            if skipped > 0 {
                skipped -= 1
            } else {
                if !check(Int(code.a), index, -1) {
                    isValid = false
                    guard isCollecting else { return false }
                }
                mark(index, of: node, marked)
            }
            index = Int(document.nodes[index].next)
        }
        return isValid
    }

    @inline(never)
    mutating func checkContains(_ code: SchemaInstruction, _ number: Int, _ node: Int, _ marked: Int) -> Bool {
        let least = Int(code.b)
        let most = code.c < 0 ? Int.max : Int(code.c)
        var count = 0
        let end = Int(document.nodes[node].next)
        var index = node + 1
        while index < end {
            let element = index
            if quietly({ $0.check(Int(code.a), element, -1) }) {
                count += 1
                mark(index, of: node, marked)
                // Without anybody who asks which ones fit, it is enough to know that they suffice.
                if marked < 0, count > most || (most == .max && count >= least) { break }
            }
            index = Int(document.nodes[index].next)
        }
        if count < least {
            if code.b != 1 {
                if isCollecting {
                    report("minContains", number, node, "has \(count) fitting elements, must have \(least) or more")
                }
                return false
            }
            return fail(code, number, node, "has no fitting element")
        }
        guard count > most else { return true }
        if isCollecting { report("maxContains", number, node, "has more than \(most) fitting elements") }
        return false
    }

    @inline(never)
    mutating func hasCount(_ code: SchemaInstruction, _ number: Int, _ node: Int) -> Bool {
        let isObject = document.nodes[node].kind == .object
        let end = Int(document.nodes[node].next)
        var index = node + 1
        var count = 0
        while index < end {
            if isObject {
                if !document.nodes[index].flags.contains(.overridden) { count += 1 }
                index += 1
            } else {
                count += 1
            }
            index = Int(document.nodes[index].next)
        }
        let what = isObject ? "members" : "elements"
        let limit = Int(code.a)
        switch code.kind {
        case .minItems, .minProperties:
            return count >= limit || fail(code, number, node, "has \(count) \(what), must have \(limit) or more")
        default:
            return count <= limit || fail(code, number, node, "has \(count) \(what), must not have more than \(limit)")
        }
    }

    @inline(never)
    mutating func isUnique(_ code: SchemaInstruction, _ number: Int, _ node: Int) -> Bool {
        let values = TapeValues(left: document, right: document)
        let end = Int(document.nodes[node].next)
        var seen: [Int: [Int]] = [:]
        var position = 0
        var index = node + 1
        if end - index <= 16 {
            // So few that comparing each with each is quicker.
            while index < end {
                var earlier = node + 1
                while earlier < index {
                    if values.equal(earlier, index) { return failUnique(code, number, node, position) }
                    earlier = Int(document.nodes[earlier].next)
                }
                position += 1
                index = Int(document.nodes[index].next)
            }
            return true
        }
        while index < end {
            let hash = values.hash(index)
            for earlier in seen[hash] ?? [] where values.equal(earlier, index) {
                return failUnique(code, number, node, position)
            }
            seen[hash, default: []].append(index)
            position += 1
            index = Int(document.nodes[index].next)
        }
        return true
    }

    private mutating func failUnique(_ code: SchemaInstruction, _ number: Int, _ node: Int, _ position: Int) -> Bool {
        fail(code, number, node, "has an element, number \(position), that equals an earlier one")
    }
}
