import DashJSON

extension SchemaRun {
    /// `properties`, `patternProperties`, `additionalProperties` and `required`, in one walk over the object's keys.
    mutating func checkMembers(_ code: SchemaInstruction, _ number: Int, _ node: Int, _ marked: Int) -> Bool {
        let table = parts.members[Int(code.a)]
        let end = Int(document.nodes[node].next)
        var isValid = true
        var requiredLeft = table.required
        var index = node &+ 1
        while index < end {
            let key = document.nodes[index]
            let value = index &+ 1
            if !key.flags.contains(.overridden) {
                let entry = find(key, table)
                var isKnown = false
                var fits = true
                if entry >= 0 {
                    let known = parts.keys[entry]
                    if known.isRequired { requiredLeft &-= 1 }
                    if known.schema >= 0 {
                        isKnown = true
                        fits = check(Int(known.schema), value, -1)
                    }
                }
                if fits || isCollecting, !table.patterns.isEmpty {
                    if !checkPatterns(table, index, &isKnown) { fits = false }
                }
                if !isKnown, table.additional >= 0 {
                    isKnown = true
                    if !check(Int(table.additional), value, -1) { fits = false }
                }
                if isKnown { mark(index, of: node, marked) }
                if !fits {
                    guard isCollecting else { return false }
                    isValid = false
                }
            }
            index = Int(document.nodes[value].next)
        }
        guard requiredLeft > 0 else { return isValid }
        if isCollecting { reportMissing(table, number, node) }
        return false
    }

    /// The table's entry for a key on the tape, -1 for none.
    @inline(__always)
    private func find(_ key: JSONNode, _ table: CompiledSchema.Members) -> Int {
        let mask = Int(table.mask)
        var slot = Int(key.next) & mask
        while true {
            let entry = Int(parts.slots[Int(table.slots) &+ slot])
            if entry < 0 { return -1 }
            let candidate = parts.keys[entry]
            if candidate.hash == key.next, matches(key, candidate) { return entry }
            slot = (slot &+ 1) & mask
        }
    }

    @inline(__always)
    private func matches(_ node: JSONNode, _ key: CompiledSchema.Key) -> Bool {
        guard !node.flags.contains(.escaped) else { return matchesEscaped(node, key) }
        let length = Int(key.length)
        guard Int(node.length) &- 2 == length, let text = parts.text.baseAddress else { return false }
        let left = document.bytes + (Int(node.start) &+ 1)
        let right = text + Int(key.start)
        var offset = 0
        while offset < length {
            if left[offset] != right[offset] { return false }
            offset &+= 1
        }
        return true
    }

    @inline(never)
    private func matchesEscaped(_ node: JSONNode, _ key: CompiledSchema.Key) -> Bool {
        guard let text = parts.text.baseAddress else { return false }
        let plain = UnsafeBufferPointer(start: text + Int(key.start), count: Int(key.length))
        return JSONUnescaping.withText(of: node, in: document.bytes) { $0.elementsEqual(plain) }
    }

    @inline(never)
    private mutating func checkPatterns(_ table: CompiledSchema.Members, _ key: Int, _ isKnown: inout Bool) -> Bool {
        var isValid = true
        for index in table.patterns {
            let member = schema.patternMembers[Int(index)]
            guard patternMatches(Int(member.pattern), key) else { continue }
            isKnown = true
            if !check(Int(member.schema), key + 1, -1) {
                isValid = false
                guard isCollecting else { return false }
            }
        }
        return isValid
    }

    @inline(never)
    private mutating func reportMissing(_ table: CompiledSchema.Members, _ number: Int, _ node: Int) {
        for index in table.keys where parts.keys[Int(index)].isRequired {
            guard member(Int(index), of: node) < 0, found.count < options.maxViolations else { continue }
            let name = name(Int(index))
            report("required", number, node, "\(name) is missing")
            found[found.count - 1].missing = name
        }
    }

    /// A key of the schema as text.
    func name(_ key: Int) -> String {
        let key = parts.keys[key]
        return String(decoding: parts.text[Int(key.start)..<Int(key.start + key.length)], as: UTF8.self)
    }

    /// Tape index of the member with a key of the schema, -1 for none.
    private func member(_ index: Int, of node: Int) -> Int {
        let wanted = parts.keys[index]
        let end = Int(document.nodes[node].next)
        var index = node + 1
        while index < end {
            let key = document.nodes[index]
            if key.next == wanted.hash, !key.flags.contains(.overridden), matches(key, wanted) { return index + 1 }
            index = Int(document.nodes[index + 1].next)
        }
        return -1
    }

    @inline(never)
    mutating func checkNames(_ code: SchemaInstruction, _ node: Int) -> Bool {
        var isValid = true
        let end = Int(document.nodes[node].next)
        var index = node + 1
        while index < end {
            // A key's node is a string like any other.
            if !document.nodes[index].flags.contains(.overridden), !check(Int(code.a), index, -1) {
                isValid = false
                guard isCollecting else { return false }
            }
            index = Int(document.nodes[index + 1].next)
        }
        return isValid
    }

    @inline(never)
    mutating func checkDependentKeys(_ code: SchemaInstruction, _ number: Int, _ node: Int) -> Bool {
        guard member(Int(code.a), of: node) >= 0 else { return true }
        var isValid = true
        for key in Int(code.b)..<Int(code.c) where member(key, of: node) < 0 {
            isValid = fail(code, number, node) { run in
                "\(run.name(key)) is missing, which \(run.name(Int(code.a))) asks for"
            }
        }
        return isValid
    }

    @inline(never)
    mutating func checkDependentSchema(_ code: SchemaInstruction, _ node: Int, _ marked: Int) -> Bool {
        guard member(Int(code.a), of: node) >= 0 else { return true }
        return check(Int(code.b), node, marked)
    }

    /// The members or elements that nothing else has looked at.
    @inline(never)
    mutating func checkUnevaluated(_ code: SchemaInstruction, _ number: Int, _ node: Int, _ marked: Int) -> Bool {
        var isValid = true
        let isObject = document.nodes[node].kind == .object
        let end = Int(document.nodes[node].next)
        var index = node + 1
        while index < end {
            let value = isObject ? index + 1 : index
            let isReplaced = isObject && document.nodes[index].flags.contains(.overridden)
            if !isReplaced, !isMarked(index, of: node, marked) {
                if !check(Int(code.a), value, -1) {
                    isValid = false
                    guard isCollecting else { return false }
                }
                mark(index, of: node, marked)
            }
            index = Int(document.nodes[value].next)
        }
        return isValid
    }
}
