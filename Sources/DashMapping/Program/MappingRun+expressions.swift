import DashJSON

extension MappingRun {
    /// Sets a field to an expression's value; an optional without one changes nothing.
    mutating func compute(
        _ target: Range<Int>,
        _ expression: Int,
        in record: Int,
        _ name: Int
    ) throws(Refusal) {
        let field = program.names[name]
        let value: CELValue
        do throws(CELFailure) {
            value = try evaluate(program.expressions[expression], record)
        } catch {
            throw Refusal(error, of: "compute", field: field, reason: "\(field) can't be computed")
        }
        guard let entry = try entry(of: value, field) else { return }
        guard height(of: entry, atMost: Self.maxHeight) != nil else {
            throw Refusal(rule: "compute", field: field, reason: "\(field) is nested too deeply")
        }
        try set(target, of: record, to: entry, name)
    }

    /// Whether a filter lets the record through.
    mutating func passes(_ expression: Int, _ record: Int) throws(Refusal) -> Bool {
        do throws(CELFailure) {
            let value = try evaluate(program.expressions[expression], record)
            if case .bool(let passes) = value { return passes }
            let reason = "the filter must be true or false, it gave \(value.type.phrase)"
            throw CELFailure(.noSuchOverload, reason)
        } catch {
            throw Refusal(error, of: "filter", field: nil, reason: "the filter can't be evaluated")
        }
    }

    /// Throws what is wrong when the rule's expression is not true of the record.
    mutating func check(_ rule: CompiledMapping.CheckedRule, record: Int) throws(Refusal) {
        let condition = program.conditions[rule.condition]
        let field = rule.name < 0 ? nil : program.names[rule.name]
        let value: CELValue
        do throws(CELFailure) {
            value = try evaluate(condition.expression, record)
        } catch {
            throw Refusal(error, of: "cel", field: field, reason: "the rule can't be evaluated")
        }
        guard case .bool(let isTrue) = value else {
            let reason = "the rule must be true or false, it gave \(value.type.phrase)"
            throw Refusal(rule: "cel", field: field, reason: reason)
        }
        if !isTrue { throw Refusal(rule: "cel", field: field, reason: condition.message) }
    }

    /// The value may lie in the record; it must be used before the record changes.
    private mutating func evaluate(_ expression: CELProgram, _ record: Int) throws(CELFailure) -> CELValue {
        if let failure = overBudget() { throw failure }
        if tree[record].isOpen {
            slots[0] = .view(CELView(container: .object, .tree, node: record))
        } else {
            slots[0] = .view(CELView(container: .object, .document, node: tree[record].value.node))
        }
        var context = CELContext(
            document: document,
            program: constants,
            scratch: UnsafePointer(scratch.base),
            keyText: parts.text.baseAddress
        )
        let slots = slots
        var steps = 0
        defer { stepsTaken += steps }
        return try tree.entries.withUnsafeBufferPointer { entries throws(CELFailure) in
            context.tree = entries.baseAddress
            return try expression.evaluate(slots, context, counting: &steps)
        }
    }

    // MARK: Values

    /// Stored records are read again, and no deeper than this; the target's own keys come on top.
    private static var maxHeight: Int { JSONLimits.default.maxDepth - FieldPath.maxKeys - 1 }

    /// How many containers lie inside one another; nil when it is more than `limit`.
    private func height(of entry: Int, atMost limit: Int) -> Int? {
        let value = tree[entry].value
        guard value.kind == .array || value.kind == .object else { return 0 }
        guard limit > 0 else { return nil }
        var height = 0
        if tree[entry].isOpen {
            var child = tree[entry].first
            while child >= 0 {
                guard let inner = self.height(of: child, atMost: limit - 1) else { return nil }
                height = max(height, inner)
                child = tree[child].next
            }
        } else if value.node >= 0 {
            let nodes = nodes(of: value.origin)
            let own = nodes[value.node]
            for index in value.node..<Int(own.next) where nodes[index].kind.isContainer {
                height = max(height, Int(nodes[index].depth) - Int(own.depth))
            }
        }
        return height < limit ? height + 1 : nil
    }

    /// A value as an entry; nil for an optional without a value.
    private mutating func entry(of value: CELValue, _ field: String) throws(Refusal) -> Int? {
        guard tree.entries.count < Self.maxEntries else {
            throw Refusal(rule: "compute", field: field, reason: "\(field) becomes too large")
        }
        switch value {
        case .view(let view): return entry(of: view)
        case .null: return tree.add(written("null", .null, []))
        case .bool(let value): return tree.add(written(value ? "true" : "false", .bool, []))
        case .int(let value): return tree.add(written(String(value), .number, .integer))
        case .uint(let value): return tree.add(written(String(value), .number, .integer))
        case .double(let value):
            guard value.isFinite else {
                let reason = "\(field) can't be computed: the result is no finite number"
                throw Refusal(rule: "compute", field: field, reason: reason)
            }
            let text = CELText.number(value)
            let isWhole = !text.utf8.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "e") }
            return tree.add(written(text, .number, isWhole ? .integer : []))
        case .decimal(let value):
            let isWhole = value.text.utf8.allSatisfy { $0 &- 0x30 < 10 || $0 == UInt8(ascii: "-") }
            return tree.add(written(value.text, .number, isWhole ? .integer : []))
        case .string(let text): return tree.add(try storable(text, field))
        case .bytes(let bytes): return tree.add(string(CELBase64.encode(bytes)))
        case .timestamp(let timestamp): return tree.add(string(timestamp.text))
        case .duration(let duration): return tree.add(string(duration.text))
        case .type(let type): return tree.add(string(type.rawValue))
        case .optional(let inner): return try inner.flatMap { value throws(Refusal) in try entry(of: value, field) }
        case .list(let elements):
            let array = tree.addContainer(.array)
            for element in elements {
                let child = try entry(of: element, field) ?? tree.add(written("null", .null, []))
                tree.append(child, to: array)
            }
            return array
        case .map(let map):
            let object = tree.addContainer(.object)
            for (key, value) in map.entries {
                guard let child = try entry(of: value, field) else { continue }
                tree[child].key = try self.key(key, field)
                tree.append(child, to: object)
            }
            return object
        }
    }

    private mutating func entry(of view: CELView) -> Int {
        if view.home == .tree { return tree.copy(Int(view.node)) }
        let origin: Origin =
            switch view.home {
            case .document: .document
            case .program: .program
            case .scratch, .tree: .scratch
            }
        if view.kind == .string {
            // The quotes stand around it.
            return tree.add(
                FieldValue(
                    origin: origin,
                    kind: .string,
                    flags: [],
                    start: Int(view.start) - 1,
                    length: Int(view.length) + 2
                )
            )
        }
        let node = Int(view.node)
        return tree.add(FieldValue(nodes(of: origin)[node], at: node, origin: origin))
    }

    /// Null characters are refused wherever records are read.
    private mutating func storable(_ text: String, _ field: String) throws(Refusal) -> FieldValue {
        guard !text.utf8.contains(0) else {
            throw Refusal(
                rule: "compute",
                field: field,
                reason: "\(field) holds a null character, which can't be stored"
            )
        }
        return string(text)
    }

    private mutating func string(_ text: String) -> FieldValue {
        var quoted: [UInt8] = []
        JSONEscaping.append(text, to: &quoted)
        let start = scratch.count
        scratch.append(quoted)
        let isEscaped = quoted.count - 2 != text.utf8.count
        return FieldValue(
            origin: .scratch,
            kind: .string,
            flags: isEscaped ? .escaped : [],
            start: start,
            length: quoted.count
        )
    }

    /// A map's key as an object's; numbers and booleans are spelt out.
    private mutating func key(_ key: CELValue, _ field: String) throws(Refusal) -> TextRange {
        let text =
            switch key {
            case .string(let text): text
            case .bool(let value): value ? "true" : "false"
            case .int(let value): String(value)
            case .uint(let value): String(value)
            default: ""
            }
        let value = try storable(text, field)
        return TextRange(
            origin: .scratch,
            isEscaped: value.flags.contains(.escaped),
            start: value.start + 1,
            length: value.length - 2
        )
    }
}

extension JSONKind {
    fileprivate var isContainer: Bool { self == .array || self == .object }
}
