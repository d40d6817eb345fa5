import DashJSON

/// Checks values of one document against a compiled schema; kept for many values, which share its buffers.
struct SchemaRun {
    let schema: CompiledSchema
    let parts: CompiledSchemaParts
    let document: TapeBase
    let constants: TapeBase
    let options: JSONSchemaOptions
    /// The value that is being checked.
    var root = 0
    var stepsLeft = 0
    /// What searches for patterns have taken of a batch's budget since the check began, and may take.
    var searchSteps = 0
    var maxSearchSteps = Int.max
    var depth = 0
    /// Whether the schema asked for more steps than it may take; the answer is worth nothing then.
    var isExhausted = false
    /// Whether faults are written down; if not, the first one ends the check.
    var isCollecting = false
    var found: [JSONSchemaViolation] = []
    /// Sets of members and elements that have been looked at, one upon the other; a bit for each node of the value.
    var marks: [UInt64] = []
    /// Resources from the outermost inwards, for dynamic references.
    var scopes: [Int32] = []
    let hasDynamicScope: Bool
    private let maxSteps: Int

    /// Schemas within schemas that a check may be in; bounds the use of the stack.
    private static let maxDepth = 1_600
    /// Steps of searches, some ten milliseconds, after which is asked whether anybody still waits.
    static let lookInterval = 40_000

    init(
        _ schema: CompiledSchema,
        _ parts: CompiledSchemaParts,
        document: TapeBase,
        constants: TapeBase,
        _ options: JSONSchemaOptions
    ) {
        self.schema = schema
        self.parts = parts
        self.document = document
        self.constants = constants
        self.options = options
        maxSteps = options.maxSteps
        hasDynamicScope = !schema.dynamicAnchors.isEmpty
    }

    /// Whether the value at a tape index fits.
    mutating func isValid(_ node: Int) -> Bool {
        begin(node)
        return check(schema.root, node, -1) && !isExhausted
    }

    /// What is wrong with a value that doesn't fit.
    mutating func violations(in node: Int) -> [JSONSchemaViolation] {
        begin(node)
        found = []
        isCollecting = true
        _ = check(schema.root, node, -1)
        isCollecting = false
        if isExhausted || found.isEmpty {
            found = [
                JSONSchemaViolation(
                    instanceLocation: "",
                    schemaLocation: schema.locations[schema.root],
                    keyword: "$ref",
                    message: "takes more steps to check than are allowed"
                )
            ]
        }
        return found
    }

    private mutating func begin(_ node: Int) {
        root = node
        stepsLeft = allowance(node)
        searchSteps = 0
        depth = 0
        isExhausted = false
    }

    private func allowance(_ node: Int) -> Int { maxSteps &+ 16 &* (Int(document.nodes[node].next) &- node) }

    /// What the check of the value took, in steps of a batch's budget.
    var stepsTaken: Int { (allowance(root) - max(0, stepsLeft)) / MappingBudget.checksPerStep + searchSteps }

    /// Applies a schema to a value. `marked` is where the set begins that takes in what is looked at, -1 for none.
    mutating func check(_ number: Int, _ node: Int, _ marked: Int) -> Bool {
        stepsLeft &-= 1
        guard stepsLeft >= 0, depth < Self.maxDepth else {
            isExhausted = true
            return false
        }
        let code = parts.nodes[number]
        if hasDynamicScope || code.tracks { return checkWithScope(number, code, node, marked) }
        depth &+= 1
        let isValid = checkAll(number, code, node, marked)
        depth &-= 1
        return isValid
    }

    @inline(never)
    private mutating func checkWithScope(_ number: Int, _ code: CompiledSchema.Node, _ node: Int, _ marked: Int) -> Bool
    {
        depth += 1
        let entersResource = scopes.last != code.resource
        if entersResource { scopes.append(code.resource) }
        var isValid: Bool
        if code.tracks {
            let own = beginMarks(node)
            isValid = checkAll(number, code, node, own)
            endMarks(own, isValid ? marked : -1)
        } else {
            isValid = checkAll(number, code, node, marked)
        }
        if entersResource { scopes.removeLast() }
        depth -= 1
        return isValid
    }

    @inline(__always)
    private mutating func checkAll(_ number: Int, _ code: CompiledSchema.Node, _ node: Int, _ marked: Int) -> Bool {
        var isValid = true
        var index = Int(code.start)
        let end = Int(code.end)
        while index < end {
            if !perform(parts.instructions[index], number, node, marked) {
                guard isCollecting, found.count < options.maxViolations, !isExhausted else { return false }
                isValid = false
            }
            index &+= 1
        }
        return isValid
    }

    private mutating func perform(_ code: SchemaInstruction, _ number: Int, _ node: Int, _ marked: Int) -> Bool {
        let kind = document.nodes[node].kind
        switch code.kind {
        case .type: return hasType(code, number, node)
        case .members: return kind != .object || checkMembers(code, number, node, marked)
        case .minimum, .maximum, .exclusiveMinimum, .exclusiveMaximum:
            return kind != .number || isWithin(code, number, node)
        case .multipleOf: return kind != .number || isMultiple(code, number, node)
        case .minLength, .maxLength: return kind != .string || hasLength(code, number, node)
        case .pattern: return kind != .string || matches(code, number, node)
        case .format: return kind != .string || hasFormat(code, number, node)
        case .const, .oneOfValues: return isAmong(code, number, node)
        case .minItems, .maxItems: return kind != .array || hasCount(code, number, node)
        case .minProperties, .maxProperties: return kind != .object || hasCount(code, number, node)
        case .uniqueItems: return kind != .array || isUnique(code, number, node)
        case .propertyNames: return kind != .object || checkNames(code, node)
        case .dependentRequired: return kind != .object || checkDependentKeys(code, number, node)
        case .dependentSchema: return kind != .object || checkDependentSchema(code, node, marked)
        case .prefixItems: return kind != .array || checkPrefix(code, node, marked)
        case .items: return kind != .array || checkItems(code, node, marked)
        case .contains: return kind != .array || checkContains(code, number, node, marked)
        case .unevaluatedItems: return kind != .array || checkUnevaluated(code, number, node, marked)
        case .unevaluatedProperties: return kind != .object || checkUnevaluated(code, number, node, marked)
        case .reference: return check(Int(code.a), node, marked)
        case .dynamicReference: return check(dynamicTarget(code), node, marked)
        case .allOf: return checkEach(code, node, marked)
        case .anyOf: return checkAny(code, number, node, marked)
        case .oneOf: return checkOne(code, number, node, marked)
        case .not: return checkNot(code, number, node)
        case .condition: return checkCondition(code, node, marked)
        case .never: return fail(code, number, node, "is not allowed")
        }
    }

    // MARK: Faults

    /// Writes a fault down where that is asked for; false in any case.
    @inline(__always)
    mutating func fail(_ code: SchemaInstruction, _ number: Int, _ node: Int, _ message: @autoclosure () -> String)
        -> Bool
    {
        if isCollecting { report(code.keyword, number, node, message()) }
        return false
    }

    /// As `fail`, with a message that needs the schema's texts.
    @inline(__always)
    mutating func fail(_ code: SchemaInstruction, _ number: Int, _ node: Int, _ message: (SchemaRun) -> String) -> Bool
    {
        if isCollecting { report(code.keyword, number, node, message(self)) }
        return false
    }

    @inline(never)
    mutating func report(_ keyword: String, _ number: Int, _ node: Int, _ message: String) {
        guard found.count < options.maxViolations else { return }
        let location = schema.locations[number]
        // `false` has no keyword of its own: the one that holds it is to blame.
        let holder = location.split(separator: "/").last { $0.utf8.first.map { $0 &- 0x30 >= 10 } ?? true }
        found.append(
            JSONSchemaViolation(
                instanceLocation: pointer(to: node),
                schemaLocation: keyword.isEmpty ? location : "\(location)/\(keyword)",
                keyword: keyword.isEmpty ? blamed(location, holder) : keyword,
                message: message
            )
        )
    }

    private func blamed(_ location: String, _ holder: Substring?) -> String {
        let tokens = location.split(separator: "/")
        for token in tokens.reversed() where SchemaKeywords.single.contains(String(token)) { return String(token) }
        for token in tokens.reversed() where SchemaKeywords.maps.contains(String(token)) { return String(token) }
        return holder.map(String.init) ?? "false"
    }

    /// Runs `body` without writing faults down.
    @inline(__always)
    mutating func quietly(_ body: (inout SchemaRun) -> Bool) -> Bool {
        let wasCollecting = isCollecting
        isCollecting = false
        let result = body(&self)
        isCollecting = wasCollecting
        return result
    }

    /// The JSON Pointer from the value that is checked to one of its parts.
    private func pointer(to node: Int) -> String {
        var pointer = ""
        var container = root
        while container != node {
            let isObject = document.nodes[container].kind == .object
            let end = Int(document.nodes[container].next)
            var index = container + 1
            var position = 0
            var next = -1
            while index < end {
                let value = isObject ? index + 1 : index
                let behind = Int(document.nodes[value].next)
                if node < behind {
                    let token = isObject ? SchemaPointer.escaped(text(index)) : String(position)
                    pointer += "/\(token)"
                    next = isObject && node == index ? node : value
                    break
                }
                index = behind
                position += 1
            }
            guard next >= 0 else { break }
            container = next
        }
        return pointer
    }

    func text(_ node: Int) -> String {
        JSONUnescaping.withText(of: document.nodes[node], in: document.bytes) { String(decoding: $0, as: UTF8.self) }
    }

    // MARK: What has been looked at

    /// Puts an empty set for the value at `node` upon the others; answers where it begins.
    mutating func beginMarks(_ node: Int) -> Int {
        let start = marks.count
        // Only containers have parts; what a key's node holds there is its hash.
        let place = document.nodes[node]
        let words = place.kind == .array || place.kind == .object ? (Int(place.next) - node + 63) / 64 : 1
        marks.append(contentsOf: repeatElement(0, count: words))
        return start
    }

    /// Takes the uppermost set off; adds it to the one at `target`, which is for the same value, unless that is -1.
    mutating func endMarks(_ start: Int, _ target: Int) {
        if target >= 0 {
            for word in 0..<marks.count - start { marks[target + word] |= marks[start + word] }
        }
        marks.removeLast(marks.count - start)
    }

    @inline(__always)
    mutating func mark(_ part: Int, of node: Int, _ marked: Int) {
        guard marked >= 0 else { return }
        let bit = part - node
        marks[marked + bit >> 6] |= 1 << UInt64(bit & 63)
    }

    func isMarked(_ part: Int, of node: Int, _ marked: Int) -> Bool {
        let bit = part - node
        return marks[marked + bit >> 6] & 1 << UInt64(bit & 63) != 0
    }
}
