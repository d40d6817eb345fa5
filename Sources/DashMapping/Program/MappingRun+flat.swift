import DashJSON

extension MappingRun {
    /// Field by field from the tape to the output.
    @inline(__always)
    mutating func mapFlat(_ root: Int) -> Refusal? {
        guard let text = parts.text.baseAddress else { return nil }
        var depth = 0
        let start = output.count
        output.append(UInt8(ascii: "{"))
        for index in parts.instructions.indices {
            let instruction = parts.instructions[index]
            switch instruction.kind {
            case .field:
                var refusal: Refusal?
                guard let value = value(of: instruction.field, from: root, &refusal) else {
                    if let refusal { return refusal }
                    continue
                }
                if output.last != UInt8(ascii: "{") { output.append(UInt8(ascii: ",")) }
                // The text has room behind it, so a short prefix can be copied in one go.
                output.append(text + instruction.prefixStart, instruction.prefixLength, readable: 16)
                write(value)
                guard output.count &- start < Self.maxGrowth else { return .tooLarge(Self.maxGrowth) }
            case .open:
                marks[depth] = output.count
                depth &+= 1
                if output.last != UInt8(ascii: "{") { output.append(UInt8(ascii: ",")) }
                output.append(text + instruction.prefixStart, instruction.prefixLength, readable: 16)
            case .close:
                depth &-= 1
                // No value ends with a brace that opens, so this object has got no field: leave it out.
                if output.last == UInt8(ascii: "{") {
                    output.truncate(to: marks[depth])
                } else {
                    output.append(UInt8(ascii: "}"))
                }
            }
        }
        output.append(UInt8(ascii: "}"))
        ends.append(output.count)
        return nil
    }

    /// A field's value; nil with a refusal, or without one when the field is left out.
    @inline(__always)
    private mutating func value(of fieldIndex: Int, from root: Int, _ refusal: inout Refusal?) -> FieldValue? {
        let field = parts.fields[fieldIndex]
        var value: FieldValue?
        var wasNull = false
        if field.path >= 0 {
            value = gathered(field, from: root, &refusal)
            if refusal != nil { return nil }
        } else if field.hasSource {
            let found = lookUp(field.steps, from: root)
            if found >= 0 {
                let node = document.nodes[found]
                if node.kind == .null { wasNull = true }
                value = FieldValue(node, at: found, origin: .document)
                if field.type != .json, !wasNull {
                    value = convert(FieldValue(node, at: found, origin: .document), to: field.type, field.format)
                    guard value != nil else {
                        refusal = .cast(program.names[field.name], node.kind, field.type, format: field.format)
                        return nil
                    }
                }
            }
        }
        if value == nil || wasNull {
            value = substitute(field, value, &refusal)
            if refusal != nil { return nil }
        }
        for rule in field.rules {
            refusal = check(parts.rules[rule], value)
            if refusal != nil { return nil }
        }
        return value
    }

    /// What stands for a missing value or `null`.
    @inline(never)
    func substitute(_ field: CompiledMapping.Field, _ value: FieldValue?, _ refusal: inout Refusal?) -> FieldValue? {
        if field.defaultNode >= 0 {
            return FieldValue(constants.nodes[field.defaultNode], at: field.defaultNode, origin: .program)
        }
        if field.isRequired {
            let name = program.names[field.name]
            refusal = value == nil ? .missing(name) : .null(name)
        }
        return value
    }

    /// All that a path finds, as an array written to the scratch bytes; nil when it finds nothing.
    @inline(never)
    private mutating func gathered(
        _ field: CompiledMapping.Field,
        from root: Int,
        _ refusal: inout Refusal?
    ) -> FieldValue? {
        guard let values = values(of: field, from: root, &refusal), !values.isEmpty else { return nil }
        var ranges: [Range<Int>] = []
        for value in values {
            let start = scratch.count
            // What a path finds may lie one in the other.
            guard start < Self.maxGrowth else {
                refusal = .tooLarge(Self.maxGrowth)
                return nil
            }
            if value.origin == .scratch {
                scratch.appendSelf(value.start, value.length)
            } else {
                var text: [UInt8] = []
                if value.node >= 0, value.flags.contains(.rough) {
                    source.appendCompact(value.node, to: &text)
                } else {
                    text += bytes(of: value)
                }
                scratch.append(text)
            }
            ranges.append(start..<scratch.count)
        }
        let start = scratch.count
        for (index, range) in ranges.enumerated() {
            scratch.append(index == 0 ? UInt8(ascii: "[") : UInt8(ascii: ","))
            scratch.appendSelf(range.lowerBound, range.count)
        }
        scratch.append(UInt8(ascii: "]"))
        return FieldValue(origin: .scratch, kind: .array, flags: [], start: start, length: scratch.count - start)
    }

    /// The values that a path finds, each turned into the field's type.
    mutating func values(
        of field: CompiledMapping.Field,
        from root: Int,
        _ refusal: inout Refusal?
    ) -> [FieldValue]? {
        if let failure = overBudget() {
            refusal = .budget(failure, field: program.names[field.name])
            return nil
        }
        let found: [Int]
        var visitsLeft = JSONPath.usualVisits
        defer { stepsTaken += (JSONPath.usualVisits - visitsLeft) / MappingBudget.visitsPerStep }
        do {
            found = try program.paths[field.path].nodes(in: source, from: root, visitsLeft: &visitsLeft)
        } catch {
            let name = program.names[field.name]
            refusal = Refusal(
                rule: "source",
                field: name,
                reason: "the source of \(name) can't be followed: \(error.reason)"
            )
            return nil
        }
        var values: [FieldValue] = []
        for index in found {
            let value = FieldValue(document.nodes[index], at: index, origin: .document)
            guard value.kind != .null else {
                values.append(value)
                continue
            }
            guard let converted = convert(value, to: field.type, field.format) else {
                refusal = .cast(program.names[field.name], value.kind, field.type, format: field.format)
                return nil
            }
            values.append(converted)
        }
        return values
    }
}
