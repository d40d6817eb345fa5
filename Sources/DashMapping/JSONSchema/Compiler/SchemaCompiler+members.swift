import DashJSON

extension SchemaCompiler {
    /// One table answers for all keywords that look at members by their keys.
    mutating func addMembers(_ reader: SchemaReader, _ code: inout [SchemaInstruction]) {
        let properties = objectOf(reader, "properties")
        let patternProperties = objectOf(reader, "patternProperties")
        let required = strings(reader, "required", reader["required"]) ?? []
        let additional = reader["additionalProperties"].flatMap { _ in child("additionalProperties", of: reader.place) }
        guard properties != nil || patternProperties != nil || additional != nil || !required.isEmpty else {
            return addNames(reader, &code)
        }
        var table: [CompiledSchema.Key] = []
        var places: [String: Int] = [:]
        for member in properties?.members ?? [] {
            guard let schema = child("properties/\(SchemaPointer.escaped(member.key))", of: reader.place) else {
                continue
            }
            var key = add(key: member.key)
            key.schema = Int32(schema)
            places[member.key] = table.count
            table.append(key)
        }
        var requiredCount = 0
        for name in required {
            if places[name] == nil {
                places[name] = table.count
                table.append(add(key: name))
            }
            guard let place = places[name], !table[place].isRequired else { continue }
            table[place].isRequired = true
            requiredCount += 1
        }
        let firstPattern = patternMembers.count
        for member in patternProperties?.members ?? [] {
            let tail = "patternProperties/\(SchemaPointer.escaped(member.key))"
            guard let schema = child(tail, of: reader.place),
                let pattern = pattern(member.key, reader, "patternProperties")
            else { continue }
            patternMembers.append(.init(pattern: Int32(pattern), schema: Int32(schema)))
        }
        let firstSlot = slots.count
        let slotCount = addSlots(table)
        code.append(.init(.members, members.count))
        members.append(
            .init(
                keys: Int32(keys.count)..<Int32(keys.count + table.count),
                slots: Int32(firstSlot),
                mask: Int32(slotCount - 1),
                required: Int32(requiredCount),
                patterns: Int32(firstPattern)..<Int32(patternMembers.count),
                additional: Int32(additional ?? -1)
            )
        )
        keys += table
        addNames(reader, &code)
    }

    /// An open-addressed table at least twice as large as what is in it; keys are found by the hash on the tape.
    private mutating func addSlots(_ table: [CompiledSchema.Key]) -> Int {
        var count = 2
        while count < table.count * 2 + 1 { count *= 2 }
        var found = [Int32](repeating: -1, count: count)
        for (position, key) in table.enumerated() {
            var slot = Int(key.hash) & (count - 1)
            while found[slot] >= 0 { slot = (slot + 1) & (count - 1) }
            found[slot] = Int32(keys.count + position)
        }
        slots += found
        return count
    }

    private mutating func addNames(_ reader: SchemaReader, _ code: inout [SchemaInstruction]) {
        guard reader["propertyNames"] != nil, let schema = child("propertyNames", of: reader.place) else { return }
        code.append(.init(.propertyNames, schema))
    }

    mutating func objectOf(_ reader: SchemaReader, _ keyword: String) -> JSONObject? {
        guard let value = reader[keyword] else { return nil }
        if let object = value.objectValue { return object }
        report(reader, keyword, "must be an object")
        return nil
    }

    mutating func strings(_ reader: SchemaReader, _ keyword: String, _ value: JSONValue?) -> [String]? {
        guard let value else { return nil }
        if let elements = value.arrayValue {
            let names = elements.compactMap(\.stringValue)
            if names.count == elements.count { return names }
        }
        report(reader, keyword, "must be a list of keys")
        return nil
    }

    mutating func addDependents(_ reader: SchemaReader, _ code: inout [SchemaInstruction]) {
        for keyword in ["dependentRequired", "dependentSchemas", "dependencies"] {
            for member in objectOf(reader, keyword)?.members ?? [] {
                let trigger = keys.count
                if keyword == "dependentRequired" || (keyword == "dependencies" && member.value.arrayValue != nil) {
                    guard let names = strings(reader, keyword, member.value) else { continue }
                    keys.append(add(key: member.key))
                    keys += names.map { add(key: $0) }
                    code.append(.init(.dependentRequired, trigger, trigger + 1, keys.count))
                } else if let schema = child("\(keyword)/\(SchemaPointer.escaped(member.key))", of: reader.place) {
                    keys.append(add(key: member.key))
                    code.append(.init(.dependentSchema, trigger, schema))
                }
            }
        }
    }

    mutating func addElements(_ reader: SchemaReader, _ code: inout [SchemaInstruction]) {
        var first = 0
        if let range = schemas(reader, "prefixItems") {
            first = range.count
            code.append(.init(.prefixItems, range.lowerBound, range.upperBound))
        }
        if reader["items"] != nil {
            if let schema = child("items", of: reader.place) { code.append(.init(.items, schema, first)) }
        }
        let least = count(reader, "minContains") ?? 1
        let most = count(reader, "maxContains") ?? -1
        if reader["contains"] != nil, let schema = child("contains", of: reader.place) {
            code.append(.init(.contains, schema, least, most))
        }
    }
}
