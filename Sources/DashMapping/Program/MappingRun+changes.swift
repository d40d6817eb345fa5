import DashJSON

extension MappingRun {
    /// One step on one record; `explode`, `filter` and `deduplicate` are not among them.
    mutating func apply(_ change: CompiledMapping.Change, to record: Int) throws(Refusal) {
        switch change {
        case .rename(let from, let to, let name): try rename(from, to, in: record, name)
        case .drop(let fields):
            for field in fields { remove(field, from: record) }
        case .keep(let fields): keep(fields, of: record)
        case .flatten(let field, let separator): try flatten(field, separator, in: record)
        case .cast(let field, let type, let format, let name): try cast(field, type, format, in: record, name)
        case .constant(let field, let node, let name):
            let entry = tree.add(FieldValue(constants.nodes[node], at: node, origin: .program))
            try set(field, of: record, to: entry, name)
        case .compute(let target, let expression, let name): try compute(target, expression, in: record, name)
        case .step(let step, let name): try apply(step, to: record, name)
        case .explode, .filter, .deduplicate: break
        }
    }

    private mutating func rename(
        _ from: Range<Int>,
        _ to: Range<Int>,
        in record: Int,
        _ name: Int
    ) throws(Refusal) {
        guard let source = find(from, of: record) else { return }
        if from.count == to.count, let last = to.last,
            zip(from.dropLast(), to.dropLast()).allSatisfy({ sameKey($0, $1) })
        {
            // Within one object the field keeps its place.
            if let target = child(last, of: source.parent) {
                guard target.entry != source.entry else { return }
                guard tree[target.entry].value.kind == .null else { throw .collision(program.names[name], "rename") }
                tree.remove(target.entry, after: target.previous, from: source.parent)
            }
            tree[source.entry].key = keyText(last)
            return
        }
        tree.remove(source.entry, after: source.previous, from: source.parent)
        if let target = find(to, of: record), holdsSomething(target.entry) {
            throw .collision(program.names[name], "rename")
        }
        try set(to, of: record, to: source.entry, name)
    }

    /// Whether a value would be missed: neither `null` nor an object whose last member has just been taken out of it.
    private func holdsSomething(_ entry: Int) -> Bool {
        let isEmpty = tree[entry].isOpen && tree[entry].value.kind == .object && tree[entry].first < 0
        return tree[entry].value.kind != .null && !isEmpty
    }

    private func sameKey(_ left: Int, _ right: Int) -> Bool {
        plainText(left) == plainText(right)
    }

    /// Takes the kept fields out of the record and puts them back into an empty one, in the order they had.
    private mutating func keep(_ fields: [Range<Int>], of container: Int) {
        open(container)
        guard tree[container].value.kind == .object else { return }
        let fieldsByKey = Dictionary(grouping: fields) { range in range.first.map { plainText($0) } ?? [] }
        var entry = tree[container].first
        tree.removeChildren(of: container)
        while entry >= 0 {
            let next = tree[entry].next
            let named = fieldsByKey[plainKey(entry)] ?? []
            if named.contains(where: { $0.count == 1 }) {
                tree.append(entry, to: container)
            } else if !named.isEmpty {
                keep(named.map { $0.dropFirst() }, of: entry)
                // What is no object has no such field inside; an object none of whose fields are kept goes as well.
                if tree[entry].isOpen, tree[entry].value.kind == .object, tree[entry].first >= 0 {
                    tree.append(entry, to: container)
                }
            }
            entry = next
        }
    }

    private func plainText(_ key: Int) -> [UInt8] {
        let key = parts.keys[key]
        return Array(parts.text[key.plainStart..<key.plainStart + key.plainLength])
    }

    private func plainKey(_ entry: Int) -> [UInt8] {
        let range = tree[entry].key
        let bytes = keyBytes(range)
        guard range.isEscaped else { return Array(bytes) }
        var text: [UInt8] = []
        JSONUnescaping.append(bytes, to: &text)
        return text
    }

    private mutating func cast(
        _ field: Range<Int>,
        _ type: FieldType,
        _ format: Int,
        in record: Int,
        _ name: Int
    ) throws(Refusal) {
        guard let found = find(field, of: record), tree[found.entry].value.kind != .null else { return }
        let value = tree[found.entry].value
        if tree[found.entry].isOpen {
            guard type == .json else { throw .cast(program.names[name], value.kind, type, format: format) }
            return
        }
        guard let converted = convert(value, to: type, format) else {
            throw .cast(program.names[name], value.kind, type, format: format)
        }
        tree[found.entry].value = converted
    }

    // MARK: Flatten

    private mutating func flatten(_ field: Range<Int>?, _ separator: [UInt8], in record: Int) throws(Refusal) {
        var parent = record
        var only = -1
        if let field {
            guard let found = find(field, of: record), tree[found.entry].value.kind == .object else { return }
            parent = found.parent
            only = found.entry
        }
        open(parent)
        var entry = tree[parent].first
        tree.removeChildren(of: parent)
        while entry >= 0 {
            let next = tree[entry].next
            if only < 0 || only == entry {
                try lift(entry, into: parent, separator)
            } else {
                tree.append(entry, to: parent)
            }
            entry = next
        }
        try removeRepeatedKeys(of: parent, "flatten")
    }

    /// Appends an entry, or in place of an object its members under joined names.
    private mutating func lift(_ entry: Int, into parent: Int, _ separator: [UInt8]) throws(Refusal) {
        open(entry)
        guard tree[entry].isOpen, tree[entry].value.kind == .object, tree[entry].first >= 0 else {
            tree.append(entry, to: parent)
            return
        }
        // Names of deeply nested fields grow with each level.
        guard scratch.count < Self.maxGrowth else {
            throw Refusal(rule: "flatten", field: nil, reason: "the joined names of the fields become too long")
        }
        let prefix = tree[entry].key
        var child = tree[entry].first
        while child >= 0 {
            let next = tree[child].next
            tree[child].key = joined(prefix, separator, tree[child].key)
            try lift(child, into: parent, separator)
            child = next
        }
    }

    private mutating func joined(_ prefix: TextRange, _ separator: [UInt8], _ key: TextRange) -> TextRange {
        let start = scratch.count
        appendKey(prefix)
        scratch.append(separator)
        appendKey(key)
        let isEscaped = prefix.isEscaped || key.isEscaped || separator.contains(UInt8(ascii: "\\"))
        return TextRange(origin: .scratch, isEscaped: isEscaped, start: start, length: scratch.count - start)
    }

    private mutating func appendKey(_ key: TextRange) {
        if key.origin == .scratch {
            scratch.appendSelf(key.start, key.length)
        } else {
            scratch.append(keyBase(key.origin) + key.start, key.length)
        }
    }

    /// Names that a step has made may meet others: of two values that are there none is given up, and one that is `null`
    /// makes room for the other.
    private mutating func removeRepeatedKeys(of parent: Int, _ kind: String) throws(Refusal) {
        guard mayRepeatKeys(parent) else { return }
        var lastByKey: [[UInt8]: Int] = [:]
        var entry = tree[parent].first
        var count = 0
        while entry >= 0 {
            let key = plainKey(entry)
            let isNull = tree[entry].value.kind == .null
            if let other = lastByKey[key] {
                guard isNull || tree[other].value.kind == .null else {
                    // Keys came as UTF-8.
                    let name = FieldPath.text(of: [String(validating: key, as: UTF8.self) ?? ""])
                    throw .collision(name, kind)
                }
                if !isNull { lastByKey[key] = entry }
            } else {
                lastByKey[key] = entry
            }
            count += 1
            entry = tree[entry].next
        }
        guard lastByKey.count < count else { return }
        entry = tree[parent].first
        tree.removeChildren(of: parent)
        while entry >= 0 {
            let next = tree[entry].next
            if lastByKey[plainKey(entry)] == entry { tree.append(entry, to: parent) }
            entry = next
        }
    }

    /// False when a look without copies shows that all keys differ, as they nearly always do.
    private func mayRepeatKeys(_ parent: Int) -> Bool {
        var seen: UInt64 = 0
        var count = 0
        var entry = tree[parent].first
        while entry >= 0 {
            let key = tree[entry].key
            count += 1
            guard !key.isEscaped, count <= 64 else { return true }
            let bit: UInt64 = 1 << UInt64(JSONKeyHash.hash(keyBytes(key)) & 63)
            if seen & bit != 0, repeats(entry, in: parent) { return true }
            seen |= bit
            entry = tree[entry].next
        }
        return false
    }

    private func repeats(_ entry: Int, in parent: Int) -> Bool {
        let bytes = keyBytes(tree[entry].key)
        var earlier = tree[parent].first
        while earlier != entry {
            let other = keyBytes(tree[earlier].key)
            if other.count == bytes.count, other.elementsEqual(bytes) { return true }
            earlier = tree[earlier].next
        }
        return false
    }

    private func keyBytes(_ key: TextRange) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: keyBase(key.origin) + key.start, count: key.length)
    }

    // MARK: Explode

    /// The elements of the array at `keys`, nil when there is none.
    mutating func elements(at keys: Range<Int>, of record: Int) -> [Int]? {
        guard let found = find(keys, of: record), tree[found.entry].value.kind == .array else { return nil }
        open(found.entry)
        var elements: [Int] = []
        var element = tree[found.entry].first
        while element >= 0 {
            elements.append(element)
            element = tree[element].next
        }
        // The copies for each element need not carry the others along.
        tree.removeChildren(of: found.entry)
        return elements
    }

    /// Puts one element into a copy of the record.
    mutating func place(
        _ element: Int,
        at keys: Range<Int>,
        of record: Int,
        merge: Bool,
        _ name: Int
    ) throws(Refusal) {
        guard merge, tree[element].value.kind == .object else {
            try set(keys, of: record, to: tree.copy(element), name)
            return
        }
        remove(keys, from: record)
        let object = tree.copy(element)
        open(object)
        open(record)
        var member = tree[object].first
        while member >= 0 {
            let next = tree[member].next
            tree.append(member, to: record)
            member = next
        }
        try removeRepeatedKeys(of: record, "explode")
    }
}
