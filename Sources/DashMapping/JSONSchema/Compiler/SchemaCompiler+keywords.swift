import DashJSON

extension SchemaCompiler {
    /// The checks of one schema object; cheap ones first, `unevaluated…` last.
    mutating func read(_ reader: inout SchemaReader) -> [SchemaInstruction] {
        var code: [SchemaInstruction] = []
        addTypes(reader, &code)
        addValues(reader, &code)
        addNumbers(reader, &code)
        addCounts(reader, &code)
        addTexts(reader, &code)
        addMembers(reader, &code)
        addDependents(reader, &code)
        addElements(reader, &code)
        addReferences(reader, &code)
        addCombinations(reader, &code)
        for (keyword, kind) in [
            ("unevaluatedItems", SchemaInstruction.Kind.unevaluatedItems),
            ("unevaluatedProperties", .unevaluatedProperties),
        ] {
            if reader[keyword] != nil, let schema = child(keyword, of: reader.place) {
                code.append(.init(kind, schema))
            }
        }
        return code
    }

    mutating func report(_ reader: SchemaReader, _ keyword: String, _ message: String) {
        index.report(reader.key, SchemaPointer.escaped(keyword), message)
    }

    private mutating func addTypes(_ reader: SchemaReader, _ code: inout [SchemaInstruction]) {
        guard let value = reader["type"] else { return }
        let names = value.stringValue.map { [$0] } ?? value.arrayValue?.compactMap(\.stringValue) ?? []
        var types: SchemaTypes = []
        for name in names {
            guard let type = SchemaTypes(name: name) else {
                return report(reader, "type", "must be of \(SchemaTypes.names.joined(separator: ", "))")
            }
            types.formUnion(type)
        }
        guard !names.isEmpty, value.arrayValue.map({ $0.count == names.count }) ?? true else {
            return report(
                reader,
                "type",
                "must be one of \(SchemaTypes.names.joined(separator: ", ")), or a list of them"
            )
        }
        code.append(.init(.type, Int(types.rawValue)))
    }

    private mutating func addValues(_ reader: SchemaReader, _ code: inout [SchemaInstruction]) {
        if let value = reader["const"] {
            code.append(.init(.const, constants.count, constants.count + 1))
            constants.append(value)
        }
        guard let value = reader["enum"] else { return }
        guard let values = value.arrayValue else { return report(reader, "enum", "must be a list of values") }
        code.append(.init(.oneOfValues, constants.count, constants.count + values.count))
        constants += values
    }

    private mutating func addNumbers(_ reader: SchemaReader, _ code: inout [SchemaInstruction]) {
        for (keyword, kind) in [
            ("minimum", SchemaInstruction.Kind.minimum), ("maximum", .maximum),
            ("exclusiveMinimum", .exclusiveMinimum), ("exclusiveMaximum", .exclusiveMaximum),
            ("multipleOf", .multipleOf),
        ] {
            guard let value = reader[keyword] else { continue }
            guard case .number(let number) = value else {
                report(reader, keyword, "must be a number")
                continue
            }
            if kind == .multipleOf {
                var digits = number.text
                let exact = digits.withUTF8 { JSONDecimal($0) }
                guard !exact.isZero, !exact.isNegative, exact.digits.count <= 40 else {
                    report(reader, keyword, "must be a number greater than 0, of no more than 40 digits")
                    continue
                }
            }
            code.append(.init(kind, numbers.count))
            numbers.append(SchemaNumber(number, start: text.count))
            text += Array(number.text.utf8)
        }
    }

    /// A whole number of zero or more; 2.0 is one too. Larger ones than a tape can have values are as good as the largest.
    mutating func count(_ reader: SchemaReader, _ keyword: String) -> Int? {
        guard let value = reader[keyword] else { return nil }
        guard case .number(let number) = value, !number.text.hasPrefix("-") || number.double == 0 else {
            report(reader, keyword, "must be a whole number of 0 or more")
            return nil
        }
        if let whole = number.int { return min(whole, Int(Int32.max)) }
        var digits = number.text
        guard digits.withUTF8({ JSONDecimal($0).isWhole }) else {
            report(reader, keyword, "must be a whole number of 0 or more")
            return nil
        }
        return Int(Int32.max)
    }

    private mutating func addCounts(_ reader: SchemaReader, _ code: inout [SchemaInstruction]) {
        for (keyword, kind) in [
            ("minLength", SchemaInstruction.Kind.minLength), ("maxLength", .maxLength), ("minItems", .minItems),
            ("maxItems", .maxItems), ("minProperties", .minProperties), ("maxProperties", .maxProperties),
        ] {
            if let count = count(reader, keyword) { code.append(.init(kind, count)) }
        }
        guard let unique = reader["uniqueItems"] else { return }
        guard let flag = unique.boolValue else { return report(reader, "uniqueItems", "must be true or false") }
        if flag { code.append(.init(.uniqueItems)) }
    }

    private mutating func addTexts(_ reader: SchemaReader, _ code: inout [SchemaInstruction]) {
        if let value = reader["pattern"] {
            if let text = value.stringValue {
                if let pattern = pattern(text, reader, "pattern") { code.append(.init(.pattern, pattern)) }
            } else {
                report(reader, "pattern", "must be a string")
            }
        }
        guard let value = reader["format"] else { return }
        guard let name = value.stringValue else { return report(reader, "format", "must be a string") }
        let isAsserted = options.formats == .asserted || reader.dialect.vocabularies.contains(.formatAssertion)
        guard isAsserted, let format = SchemaFormat(name: name) else { return }
        code.append(.init(.format, Int(format.rawValue)))
    }

    mutating func pattern(_ text: String, _ reader: SchemaReader, _ keyword: String) -> Int? {
        if let known = patternsByText[text] { return known }
        do {
            patterns.append(try SchemaPattern(text))
            patternsByText[text] = patterns.count - 1
            return patterns.count - 1
        } catch {
            report(reader, keyword, "is not a pattern that can be used: \(error.reason)")
            return nil
        }
    }

    private mutating func addReferences(_ reader: SchemaReader, _ code: inout [SchemaInstruction]) {
        for keyword in ["$ref", "$dynamicRef"] {
            guard let value = reader[keyword] else { continue }
            guard let reference = value.stringValue else {
                report(reader, keyword, "must be a string")
                continue
            }
            guard let target = index.resolve(reference, keyword, from: reader.place) else { continue }
            let schema = node(of: target.place)
            let resource = index.resources[index.places[target.place].resource]
            if keyword == "$dynamicRef", let name = target.anchor, resource.dynamicAnchors[name] == target.place {
                let number = anchorNames.firstIndex(of: name) ?? anchorNames.count
                if number == anchorNames.count { anchorNames.append(name) }
                code.append(.init(.dynamicReference, schema, number))
            } else {
                code.append(.init(.reference, schema))
            }
        }
    }

    private mutating func addCombinations(_ reader: SchemaReader, _ code: inout [SchemaInstruction]) {
        for (keyword, kind) in [
            ("allOf", SchemaInstruction.Kind.allOf), ("anyOf", .anyOf), ("oneOf", .oneOf),
        ] {
            if let range = schemas(reader, keyword) { code.append(.init(kind, range.lowerBound, range.upperBound)) }
        }
        if reader["not"] != nil, let schema = child("not", of: reader.place) { code.append(.init(.not, schema)) }
        guard reader["if"] != nil, let condition = child("if", of: reader.place) else { return }
        let then = reader["then"].flatMap { _ in child("then", of: reader.place) }
        let otherwise = reader["else"].flatMap { _ in child("else", of: reader.place) }
        code.append(.init(.condition, condition, then ?? -1, otherwise ?? -1))
    }

    /// The schemas of a keyword that has a list of them.
    mutating func schemas(_ reader: SchemaReader, _ keyword: String) -> Range<Int>? {
        guard let value = reader[keyword] else { return nil }
        guard let elements = value.arrayValue, !elements.isEmpty else {
            report(reader, keyword, "must be a list of one or more schemas")
            return nil
        }
        var found: [Int32] = []
        for position in elements.indices {
            if let schema = child("\(keyword)/\(position)", of: reader.place) { found.append(Int32(schema)) }
        }
        let start = lists.count
        lists += found
        return start..<lists.count
    }
}
