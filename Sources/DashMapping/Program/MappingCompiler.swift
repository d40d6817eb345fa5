import DashJSON
import DashModel

/// Turns a definition into a `CompiledMapping`.
struct MappingCompiler {
    private var text: [UInt8] = []
    private var keys: [CompiledMapping.Key] = []
    private var steps: [CompiledMapping.Step] = []
    private var instructions: [CompiledMapping.Instruction] = []
    private var patterns: [SchemaPattern] = []
    private var remembered: [RememberedKeys] = []
    private var paths: [JSONPath] = []
    private var formats: [TimestampFormat] = []
    private var names: [String] = []
    private var choices: [CompiledMapping.Choices] = []
    private var conditions: [CompiledMapping.Condition] = []
    private var expressions: [CELProgram] = []
    private var constants: [JSONValue] = []

    mutating func compile(_ definition: MappingDefinition) throws(MappingErrors) -> CompiledMapping {
        let rulesByField = Dictionary(grouping: definition.rules, by: \.field)
        let targets = Set(definition.fields.map(\.target))
        // Expressions look at the whole record, and what is unique is remembered only when a record is complete.
        let needsTree = definition.rules.contains { rule in
            switch rule.demand {
            case .expression, .unique: true
            default: false
            }
        }
        let mode: CompiledMapping.Mode
        if !definition.transformations.isEmpty || needsTree {
            mode = .tree
        } else if definition.fields.isEmpty {
            mode = .asIs
        } else {
            mode = rulesByField.keys.allSatisfy { $0.map(targets.contains) ?? false } ? .flat : .tree
        }

        var rules: [CompiledMapping.CheckedRule] = []
        var fields: [CompiledMapping.Field] = []
        var firstKeys: Set<String> = []
        for field in definition.fields {
            let first = rules.count
            if mode == .flat { rules += (rulesByField[field.target] ?? []).map { checked($0) } }
            let isFresh = firstKeys.insert(field.target.keys[0]).inserted && field.target.keys.count == 1
            fields.append(compiled(field, rules: first..<rules.count, isFresh: isFresh))
        }
        if mode != .flat { rules = definition.rules.map { checked($0) } }
        if mode == .flat { addInstructions(for: definition.fields) }
        let changes = definition.transformations.map { change($0) }
        let document = try constantsDocument()
        // Constants are an array; the one that was added as number `i` is its element `i`.
        let nodes = document.root?.elements.map(\.node) ?? []
        return CompiledMapping(
            mode: mode,
            text: text + Array(repeating: 0, count: 16),
            keys: keys,
            steps: steps,
            instructions: instructions,
            fields: fields.map { field in
                var field = field
                if field.defaultNode >= 0 { field.defaultNode = nodes[field.defaultNode] }
                return field
            },
            patterns: patterns,
            remembered: remembered,
            paths: paths,
            formats: formats,
            names: names,
            choices: choices,
            conditions: conditions,
            expressions: expressions,
            rules: rules,
            changes: changes.map { change in
                switch change {
                case .constant(let keys, let index, let name): return .constant(keys, node: nodes[index], name: name)
                case .step(let step, let name): return .step(step.placed(nodes), name: name)
                default: return change
                }
            },
            constants: document
        )
    }

    private func constantsDocument() throws(MappingErrors) -> JSONDocument {
        let limits = JSONLimits(maxBytes: 1 << 20, maxDepth: 513)
        do {
            return try JSONDocument(parsing: JSONValue.array(constants).encoded(), limits: limits)
        } catch {
            let message = "a default or constant can't be stored: \(error.reason)"
            throw MappingErrors(issues: [DashError.Issue(pointer: "", message: message)])
        }
    }

    private mutating func compiled(_ field: FieldMapping, rules: Range<Int>, isFresh: Bool) -> CompiledMapping.Field {
        var fieldSteps = steps.count..<steps.count
        var path = -1
        if let source = field.source {
            if let singular = singularSteps(of: source) {
                fieldSteps = singular
            } else {
                path = paths.count
                paths.append(source)
            }
        }
        return CompiledMapping.Field(
            name: add(name: field.target),
            target: compiled(field.target),
            isFresh: isFresh,
            steps: fieldSteps,
            path: path,
            hasSource: field.source != nil,
            type: field.type,
            format: add(format: field.format),
            defaultNode: field.defaultValue.map { constant($0) } ?? -1,
            isRequired: field.isRequired,
            rules: rules
        )
    }

    /// Steps for names and indices from the front; nil for any other path.
    private mutating func singularSteps(of path: JSONPath) -> Range<Int>? {
        guard path.isSingular else { return nil }
        var found: [CompiledMapping.Step] = []
        for segment in path.query.segments {
            switch segment.selectors[0] {
            case .name(let name): found.append(.init(key: add(key: name), position: 0))
            case .index(let position) where position >= 0: found.append(.init(key: -1, position: position))
            default: return nil
            }
        }
        let first = steps.count
        steps += found
        return first..<steps.count
    }

    mutating func constant(_ value: JSONValue) -> Int {
        constants.append(value)
        return constants.count - 1
    }

    mutating func compiled(_ path: FieldPath) -> Range<Int> {
        let first = keys.count
        for key in path.keys { _ = add(key: key) }
        return first..<keys.count
    }

    private mutating func add(key: String) -> Int {
        let plain = Array(key.utf8)
        let plainStart = text.count
        text += plain
        var quoted: [UInt8] = []
        JSONEscaping.append(key, to: &quoted)
        let escapedStart = text.count
        text += quoted.dropFirst().dropLast()
        keys.append(
            .init(
                hash: plain.withUnsafeBufferPointer { JSONKeyHash.hash($0) },
                plainStart: plainStart,
                plainLength: plain.count,
                escapedStart: escapedStart,
                escapedLength: quoted.count - 2
            )
        )
        return keys.count - 1
    }

    private mutating func checked(_ rule: Rule) -> CompiledMapping.CheckedRule {
        let path = rule.field.map { compiled($0) } ?? 0..<0
        let first = steps.count
        steps += path.map { .init(key: $0, position: 0) }
        var checked = CompiledMapping.CheckedRule(
            demand: .required,
            name: rule.field.map { add(name: $0) } ?? -1,
            keys: path,
            steps: first..<steps.count
        )
        switch rule.demand {
        case .required: break
        case .type(let type):
            checked.demand = .type
            checked.type = type
        case .oneOf(let values):
            checked.demand = .oneOf
            checked.choices = choices.count
            choices.append(.init(values: values, encoded: values.map { $0.encoded() }))
        case .regex(let text):
            checked.demand = .regex
            checked.index = patterns.count
            // It was read when the definition was; one that can't be is not there.
            if let pattern = try? SchemaPattern(text) { patterns.append(pattern) } else { checked.index = -1 }
        case .unique(let limits):
            checked.demand = .unique
            checked.index = window("unique", rule.field.map { [$0] } ?? [], limits)
        case .range(let min, let max):
            checked.demand = .range
            checked.min = min?.double ?? -.infinity
            checked.max = max?.double ?? .infinity
        case .expression(let expression, let message):
            checked.demand = .expression
            checked.condition = conditions.count
            let reason = message ?? "the record breaks the rule \(expression.text)"
            conditions.append(.init(expression: expression, message: reason))
        }
        return checked
    }

    mutating func add(name: FieldPath) -> Int {
        names.append(name.text)
        return names.count - 1
    }

    mutating func add(format: TimestampFormat?) -> Int {
        guard let format else { return -1 }
        formats.append(format)
        return formats.count - 1
    }

    mutating func window(_ kind: String, _ fields: [FieldPath], _ limits: KeyLimits) -> Int {
        remembered.append(RememberedKeys(kind: kind, fields: fields, limits: limits))
        return remembered.count - 1
    }

    mutating func add(expression: CELProgram) -> Int {
        expressions.append(expression)
        return expressions.count - 1
    }

    // MARK: Flat mode

    /// A target's key with what lies below it.
    private final class TargetNode {
        let key: String
        var field = -1
        var children: [TargetNode] = []

        init(_ key: String) { self.key = key }
    }

    /// Fields in the order of the definition, those of one object together.
    private mutating func addInstructions(for fields: [FieldMapping]) {
        let root = TargetNode("")
        for (index, field) in fields.enumerated() {
            var node = root
            for key in field.target.keys {
                if let child = node.children.first(where: { $0.key == key }) {
                    node = child
                } else {
                    let child = TargetNode(key)
                    node.children.append(child)
                    node = child
                }
            }
            node.field = index
        }
        for child in root.children { addInstructions(for: child) }
    }

    private mutating func addInstructions(for node: TargetNode) {
        var prefix: [UInt8] = []
        JSONEscaping.append(node.key, to: &prefix)
        prefix.append(UInt8(ascii: ":"))
        if node.field < 0 { prefix.append(UInt8(ascii: "{")) }
        let start = text.count
        text += prefix
        instructions.append(
            .init(
                kind: node.field < 0 ? .open : .field,
                prefixStart: start,
                prefixLength: prefix.count,
                field: node.field
            )
        )
        guard node.field < 0 else { return }
        for child in node.children { addInstructions(for: child) }
        instructions.append(.init(kind: .close))
    }
}
