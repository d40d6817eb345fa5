import DashJSON

extension MappingRun {
    /// One source record may become no more than this many.
    static var maxExploded: Int { 10_000 }
    /// What an exploded record becomes may not be larger than this.
    static var maxEntries: Int { 2_000_000 }
    static var maxGrowth: Int { MappingOutput.growth }

    /// The long way: builds the record as a tree, changes it step by step, checks it, writes it.
    @inline(never)
    mutating func mapTree(_ root: Int) -> Refusal? {
        tree.removeAll()
        isTooLarge = false
        slots[1] = .view(CELView(container: .object, .document, node: root))
        do throws(Refusal) {
            let record = try startingTree(root)
            try apply(program.changes[...], to: record, since: ends.count, output.count)
            return nil
        } catch {
            return error
        }
    }

    private mutating func startingTree(_ root: Int) throws(Refusal) -> Int {
        guard !parts.fields.isEmpty else {
            return tree.add(FieldValue(document.nodes[root], at: root, origin: .document))
        }
        let record = tree.addContainer(.object)
        for field in parts.fields {
            guard let entry = try entry(of: field, from: root) else { continue }
            if field.isFresh {
                tree[entry].key = keyText(field.target.lowerBound)
                tree.append(entry, to: record)
            } else {
                try set(field.target, of: record, to: entry, field.name)
            }
        }
        return record
    }

    private mutating func entry(of field: CompiledMapping.Field, from root: Int) throws(Refusal) -> Int? {
        var refusal: Refusal?
        var value: FieldValue?
        if field.path >= 0 {
            let values = values(of: field, from: root, &refusal)
            if let refusal { throw refusal }
            if let values, !values.isEmpty {
                let array = tree.addContainer(.array)
                for value in values { tree.append(tree.add(value), to: array) }
                return array
            }
        } else if field.hasSource {
            let found = lookUp(field.steps, from: root)
            if found >= 0 { value = FieldValue(document.nodes[found], at: found, origin: .document) }
        }
        guard let present = value, present.kind != .null else {
            let substitute = substitute(field, value, &refusal)
            if let refusal { throw refusal }
            return substitute.map { tree.add($0) }
        }
        guard let converted = convert(present, to: field.type, field.format) else {
            throw .cast(program.names[field.name], present.kind, field.type, format: field.format)
        }
        return tree.add(converted)
    }

    /// Runs the steps that are left on a record, then checks and writes it; `explode` runs them for each element.
    private mutating func apply(
        _ changes: ArraySlice<CompiledMapping.Change>,
        to record: Int,
        since firstRecord: Int,
        _ firstByte: Int
    ) throws(Refusal) {
        for index in changes.indices {
            if case .deduplicate(let fields, let window) = changes[index] {
                guard try isRepeated(fields, window, record) else { continue }
                duplicates += 1
                return
            }
            if case .filter(let expression) = changes[index] {
                guard try passes(expression, record) else {
                    filtered += 1
                    return
                }
                continue
            }
            guard case .explode(let keys, let merge, let name) = changes[index] else {
                try apply(changes[index], to: record)
                continue
            }
            guard let elements = elements(at: keys, of: record) else { continue }
            if elements.isEmpty {
                remove(keys, from: record)
                continue
            }
            for element in elements {
                let copy = tree.copy(record)
                try place(element, at: keys, of: copy, merge: merge, name)
                try apply(changes[(index + 1)...], to: copy, since: firstRecord, firstByte)
                guard ends.count - firstRecord < Self.maxExploded, tree.entries.count < Self.maxEntries,
                    output.count - firstByte < Self.maxGrowth
                else {
                    let field = program.names[name]
                    throw Refusal(rule: "explode", field: field, reason: "\(field) makes too many or too large records")
                }
            }
            return
        }
        try finish(record)
    }

    private mutating func finish(_ record: Int) throws(Refusal) {
        for index in parts.rules.indices {
            let rule = parts.rules[index]
            if rule.demand == .expression {
                try check(rule, record: record)
                continue
            }
            let found = find(rule.keys, of: record)
            // A text that only the rule looks at is not kept.
            let kept = scratch.count
            let refusal = check(rule, found.map { materialised($0.entry) })
            scratch.truncate(to: kept)
            if let refusal { throw refusal }
        }
        for rule in parts.rules where rule.demand == .unique { try checkUnique(rule, record) }
        writeEntry(record)
        if isTooLarge { throw .tooLarge(Self.maxGrowth) }
        ends.append(output.count)
    }

    /// An entry as a value; an open one is written to the scratch bytes, for rules that look at its text.
    mutating func materialised(_ entry: Int) -> FieldValue {
        let value = tree[entry].value
        guard tree[entry].isOpen || value.flags.contains(.rough) else { return value }
        let start = output.count
        writeEntry(entry)
        let length = output.count - start
        let place = scratch.count
        scratch.append(UnsafePointer(output.base + start), length)
        output.truncate(to: start)
        let flags: JSONNode.Flags = value.kind == .string ? .escaped : []
        return FieldValue(origin: .scratch, kind: value.kind, flags: flags, start: place, length: length)
    }

    /// Depth is bounded: sources nest no deeper than their limit, and paths are short.
    private mutating func writeEntry(_ index: Int) {
        guard output.count &- (ends.last ?? 0) < Self.maxGrowth else {
            isTooLarge = true
            return
        }
        guard tree[index].isOpen else { return write(tree[index].value) }
        let isObject = tree[index].value.kind == .object
        output.append(isObject ? UInt8(ascii: "{") : UInt8(ascii: "["))
        var child = tree[index].first
        var isFirst = true
        while child >= 0 {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            if isObject {
                let key = tree[child].key
                output.append(UInt8(ascii: "\""))
                output.append(keyBase(key.origin) + key.start, key.length)
                output.append(UInt8(ascii: "\""))
                output.append(UInt8(ascii: ":"))
            }
            writeEntry(child)
            child = tree[child].next
        }
        output.append(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"))
    }

    // MARK: Reaching inside

    /// Keys of `.program` lie in the program's text, values of `.program` among its constants.
    func keyBase(_ origin: Origin) -> UnsafePointer<UInt8> {
        if origin == .program, let text = parts.text.baseAddress { return text }
        return base(of: origin)
    }

    /// Makes the members or elements of an entry entries of their own.
    mutating func open(_ index: Int) {
        let value = tree[index].value
        guard !tree[index].isOpen, value.node >= 0, value.kind == .object || value.kind == .array else { return }
        let nodes = nodes(of: value.origin)
        let end = Int(nodes[value.node].next)
        var position = value.node + 1
        while position < end {
            if value.kind == .array {
                tree.append(tree.add(FieldValue(nodes[position], at: position, origin: value.origin)), to: index)
                position = Int(nodes[position].next)
                continue
            }
            let key = nodes[position]
            if !key.flags.contains(.overridden) {
                let member = nodes[position + 1]
                var place = TextRange(
                    origin: value.origin,
                    isEscaped: key.flags.contains(.escaped),
                    start: Int(key.start) + 1,
                    length: Int(key.length) - 2
                )
                // A constant's key lies in the constants, where keys of `.program` don't; needless escapes go.
                if value.origin == .program || key.flags.contains(.rough) {
                    var text: [UInt8] = []
                    JSONUnescaping.withText(of: key, in: base(of: value.origin)) { JSONEscaping.append($0, to: &text) }
                    place.origin = .scratch
                    place.start = scratch.count + 1
                    place.length = text.count - 2
                    scratch.append(text)
                }
                let child = tree.add(FieldValue(member, at: position + 1, origin: value.origin), key: place)
                tree.append(child, to: index)
            }
            position = Int(nodes[position + 1].next)
        }
        tree[index].isOpen = true
    }

    /// Where a path leads; nil when there is nothing.
    mutating func find(_ keys: Range<Int>, of record: Int) -> (parent: Int, previous: Int, entry: Int)? {
        var parent = record
        var found: (parent: Int, previous: Int, entry: Int)?
        for key in keys {
            guard let child = child(key, of: parent) else { return nil }
            found = (parent, child.previous, child.entry)
            parent = child.entry
        }
        return found
    }

    mutating func child(_ key: Int, of parent: Int) -> (previous: Int, entry: Int)? {
        open(parent)
        guard tree[parent].isOpen, tree[parent].value.kind == .object else { return nil }
        var previous = -1
        var entry = tree[parent].first
        while entry >= 0 {
            if hasKey(tree[entry].key, parts.keys[key]) { return (previous, entry) }
            previous = entry
            entry = tree[entry].next
        }
        return nil
    }

    private func hasKey(_ range: TextRange, _ key: CompiledMapping.Key) -> Bool {
        guard let text = parts.text.baseAddress else { return false }
        let plain = UnsafeBufferPointer(start: text + key.plainStart, count: key.plainLength)
        let bytes = UnsafeBufferPointer(start: keyBase(range.origin) + range.start, count: range.length)
        guard range.isEscaped else { return bytes.count == plain.count && bytes.elementsEqual(plain) }
        var unescaped: [UInt8] = []
        JSONUnescaping.append(bytes, to: &unescaped)
        return unescaped.elementsEqual(plain)
    }

    /// A key as it is written.
    func keyText(_ index: Int) -> TextRange {
        let key = parts.keys[index]
        return TextRange(
            origin: .program,
            isEscaped: key.escapedLength != key.plainLength,
            start: key.escapedStart,
            length: key.escapedLength
        )
    }

    /// Makes `entry` the field at `keys`, with the objects on the way; what stands there is replaced.
    mutating func set(_ keys: Range<Int>, of record: Int, to entry: Int, _ name: Int) throws(Refusal) {
        var parent = record
        for key in keys.dropLast() {
            if let child = child(key, of: parent)?.entry {
                open(child)
                guard tree[child].value.kind == .object else {
                    let field = program.names[name]
                    let reason = "\(field) can't be set, because part of its path is \(tree[child].value.kind)"
                    throw Refusal(rule: "set", field: field, reason: reason)
                }
                parent = child
            } else {
                let object = tree.addContainer(.object, key: keyText(key))
                tree.append(object, to: parent)
                parent = object
            }
        }
        guard let last = keys.last else { return }
        tree[entry].key = keyText(last)
        if let old = child(last, of: parent) {
            tree.replace(old.entry, after: old.previous, in: parent, with: entry)
        } else {
            tree.append(entry, to: parent)
        }
    }

    mutating func remove(_ keys: Range<Int>, from record: Int) {
        guard let found = find(keys, of: record) else { return }
        tree.remove(found.entry, after: found.previous, from: found.parent)
    }
}
