import DashJSON
import DashModel

/// One object of a definition, with its place for messages.
struct DefinitionItem {
    let object: JSONObject
    let pointer: String

    init?(_ value: JSONValue, at pointer: String, reporting issues: inout [DashError.Issue]) {
        guard let object = value.objectValue else {
            issues.append(.init(pointer: pointer, message: "must be an object"))
            return nil
        }
        self.object = object
        self.pointer = pointer
    }

    /// A key's value; `null` counts as missing.
    subscript(_ key: String) -> JSONValue? {
        guard let value = object[key], !value.isNull else { return Optional.none }
        return value
    }

    func report(_ key: String, _ message: String, _ issues: inout [DashError.Issue]) {
        issues.append(.init(pointer: "\(pointer)/\(key)", message: message))
    }

    func allow(_ keys: Set<String>, _ issues: inout [DashError.Issue]) {
        for key in object.keys where !keys.contains(key) {
            let escaped = key.split(separator: "~", omittingEmptySubsequences: false).joined(separator: "~0")
                .split(separator: "/", omittingEmptySubsequences: false).joined(separator: "~1")
            report(escaped, "is not known here; known are \(keys.sorted().joined(separator: ", "))", &issues)
        }
    }

    func kind(_ kinds: [String], _ issues: inout [DashError.Issue]) -> String? {
        if let kind = self["kind"]?.stringValue, kinds.contains(kind) { return kind }
        report("kind", "must be one of \(kinds.joined(separator: ", "))", &issues)
        return nil
    }

    func string(_ key: String, _ issues: inout [DashError.Issue]) -> String? {
        guard let value = self[key] else { return nil }
        if let text = value.stringValue { return text }
        report(key, "must be a string", &issues)
        return nil
    }

    func flag(_ key: String, _ issues: inout [DashError.Issue]) -> Bool {
        guard let value = self[key] else { return false }
        if let flag = value.boolValue { return flag }
        report(key, "must be true or false", &issues)
        return false
    }

    func number(_ key: String, _ issues: inout [DashError.Issue]) -> JSONNumber? {
        guard let value = self[key] else { return nil }
        if case .number(let number) = value { return number }
        report(key, "must be a number", &issues)
        return nil
    }

    func path(_ key: String, _ issues: inout [DashError.Issue]) -> FieldPath? {
        guard let text = string(key, &issues) else {
            if self[key] == nil { report(key, "is missing", &issues) }
            return nil
        }
        if let path = FieldPath(text) { return path }
        report(key, Self.pathForm, &issues)
        return nil
    }

    func paths(_ key: String, _ issues: inout [DashError.Issue]) -> [FieldPath]? {
        guard let list = self[key]?.arrayValue, !list.isEmpty, list.count <= DefinitionReader.maxItems else {
            report(key, "must be a list of 1 to \(DefinitionReader.maxItems) fields", &issues)
            return nil
        }
        return list.enumerated().compactMap { index, value in
            if let path = value.stringValue.flatMap({ FieldPath($0) }) { return path }
            report("\(key)/\(index)", Self.pathForm, &issues)
            return nil
        }
    }

    func jsonPath(_ key: String, _ issues: inout [DashError.Issue]) -> JSONPath? {
        guard let text = string(key, &issues) else { return nil }
        do {
            return try JSONPath(text)
        } catch {
            report(key, "is not a JSONPath: \(error)", &issues)
            return nil
        }
    }

    func fieldType(_ key: String, _ issues: inout [DashError.Issue]) -> FieldType? {
        guard let text = string(key, &issues) else { return nil }
        if let type = FieldType(name: text) { return type }
        let names = FieldType.allCases.map(\.rawValue).joined(separator: ", ")
        report(key, "must be one of \(names), any", &issues)
        return nil
    }

    func ruleType(_ key: String, _ issues: inout [DashError.Issue]) -> RuleType? {
        if let type = self[key]?.stringValue.flatMap({ RuleType(rawValue: $0) }) { return type }
        report(key, "must be one of \(RuleType.allCases.map(\.rawValue).joined(separator: ", "))", &issues)
        return nil
    }

    func format(_ key: String, type: FieldType, _ issues: inout [DashError.Issue]) -> TimestampFormat? {
        guard let text = string(key, &issues) else { return nil }
        guard type == .timestamp else {
            report(key, "is only for the type timestamp", &issues)
            return nil
        }
        if let format = TimestampFormat(text) { return format }
        report(
            key,
            "must be rfc3339, unix, unix_ms, unix_us, unix_ns, rfc2822, http or a pattern like %Y-%m-%d %H:%M:%S",
            &issues
        )
        return nil
    }

    private static let pathForm = "must be a field: keys joined by dots, \\. for a dot that belongs to a key"
}
