import DashJSON
import DashModel

/// Reads a definition from JSON and collects all that is wrong with it.
struct DefinitionReader {
    private(set) var issues: [DashError.Issue] = []

    /// Longer lists are refused: each costs time for every record.
    static let maxItems = 500

    mutating func read(_ json: JSONValue) -> MappingDefinition {
        var definition = MappingDefinition()
        guard let root = DefinitionItem(json, at: "", reporting: &issues) else { return definition }
        root.allow(["mappings", "transformations", "rules", "source_schema", "schema_mode"], &issues)
        definition.fields = items(root, "mappings") { item, issues in Self.field(item, &issues) }
        definition.transformations = items(root, "transformations") { item, issues in
            Self.transformation(item, &issues)
        }
        definition.rules = items(root, "rules") { item, issues in Self.rule(item, &issues) }
        checkTargets(definition.fields)
        if issues.isEmpty { issues += NameCollisions(definition).issues }
        if let schema = root["source_schema"] {
            if case .object = schema {
                definition.sourceSchema = schema
            } else {
                issues.append(.init(pointer: "/source_schema", message: "must be an object"))
            }
        }
        if let mode = root.string("schema_mode", &issues) {
            if let known = SchemaMode(rawValue: mode) {
                definition.schemaMode = known
            } else {
                let modes = SchemaMode.allCases.map(\.rawValue).joined(separator: ", ")
                issues.append(.init(pointer: "/schema_mode", message: "must be one of \(modes)"))
            }
        }
        return definition
    }

    private mutating func items<Item>(
        _ root: DefinitionItem,
        _ key: String,
        _ read: (DefinitionItem, inout [DashError.Issue]) -> Item?
    ) -> [Item] {
        guard let value = root[key] else { return [] }
        guard let list = value.arrayValue else {
            issues.append(.init(pointer: "/\(key)", message: "must be a list"))
            return []
        }
        guard list.count <= Self.maxItems else {
            issues.append(.init(pointer: "/\(key)", message: "must not have more than \(Self.maxItems) items"))
            return []
        }
        return list.enumerated().compactMap { index, value in
            DefinitionItem(value, at: "/\(key)/\(index)", reporting: &issues).flatMap { read($0, &issues) }
        }
    }

    private static func field(_ item: DefinitionItem, _ issues: inout [DashError.Issue]) -> FieldMapping? {
        item.allow(["target", "source", "type", "format", "default", "required"], &issues)
        let target = item.path("target", &issues)
        let source = item.jsonPath("source", &issues)
        let type = item.fieldType("type", &issues) ?? .json
        let format = item.format("format", type: type, &issues)
        let required = item.flag("required", &issues)
        let defaultValue = item["default"]
        if item["source"] == nil, defaultValue == nil {
            item.report("source", "is missing: give a JSONPath, or a default", &issues)
        }
        guard let target else { return nil }
        return FieldMapping(
            target: target,
            source: source,
            type: type,
            format: format,
            defaultValue: defaultValue,
            isRequired: required
        )
    }

    private static func transformation(_ item: DefinitionItem, _ issues: inout [DashError.Issue]) -> Transformation? {
        let kinds = [
            "rename", "drop", "keep", "flatten", "explode", "cast", "constant", "split", "join", "lookup", "parse_time",
            "deduplicate", "redact", "hash", "compute", "filter",
        ]
        let kind = item.kind(kinds, &issues)
        switch kind {
        case "rename":
            item.allow(["kind", "from", "to"], &issues)
            guard let from = item.path("from", &issues), let to = item.path("to", &issues) else { return nil }
            if from != to, from.isPrefix(of: to) { item.report("to", "can't lie inside the field itself", &issues) }
            return .rename(from: from, to: to)
        case "drop":
            item.allow(["kind", "fields"], &issues)
            return item.paths("fields", &issues).map { .drop($0) }
        case "keep":
            item.allow(["kind", "fields"], &issues)
            return item.paths("fields", &issues).map { .keep($0) }
        case "flatten":
            item.allow(["kind", "field", "separator"], &issues)
            let separator = item.string("separator", &issues) ?? "_"
            if separator.unicodeScalars.contains("\0") {
                item.report("separator", "can't be a null character", &issues)
            }
            return .flatten(item["field"] == nil ? nil : item.path("field", &issues), separator: separator)
        case "explode":
            item.allow(["kind", "field", "merge"], &issues)
            let merge = item.flag("merge", &issues)
            return item.path("field", &issues).map { .explode($0, merge: merge) }
        case "cast":
            item.allow(["kind", "field", "type", "format"], &issues)
            let type = item.fieldType("type", &issues)
            if item["type"] == nil { item.report("type", "is missing", &issues) }
            let format = item.format("format", type: type ?? .json, &issues)
            guard let field = item.path("field", &issues), let type else { return nil }
            return .cast(field, type, format)
        case "constant":
            item.allow(["kind", "field", "value"], &issues)
            guard let value = item.object["value"] else {
                item.report("value", "is missing", &issues)
                return nil
            }
            return item.path("field", &issues).map { .constant($0, value) }
        case "compute":
            item.allow(["kind", "target", "expression"], &issues)
            guard let target = item.path("target", &issues), let expression = item.expression("expression", &issues)
            else { return nil }
            return .compute(target, expression)
        case "filter":
            item.allow(["kind", "expression"], &issues)
            return item.condition("expression", &issues).map { .filter($0) }
        default: return kind.flatMap { valueStep($0, item, &issues) }
        }
    }

    private static func rule(_ item: DefinitionItem, _ issues: inout [DashError.Issue]) -> Rule? {
        let kind = item.kind(["type", "required", "enum", "range", "regex", "unique", "cel"], &issues)
        // Only an expression can be about more than one field.
        let field = kind == "cel" && item["field"] == nil ? nil : item.path("field", &issues)
        var demand: Rule.Demand?
        switch kind {
        case "type":
            item.allow(["kind", "field", "type"], &issues)
            demand = item.ruleType("type", &issues).map { .type($0) }
        case "required":
            item.allow(["kind", "field"], &issues)
            demand = .required
        case "enum":
            item.allow(["kind", "field", "values"], &issues)
            if let values = item["values"]?.arrayValue, !values.isEmpty, values.count <= Self.maxItems {
                demand = .oneOf(values)
            } else {
                item.report("values", "must be a list of the 1 to \(Self.maxItems) values that are allowed", &issues)
            }
        case "regex":
            item.allow(["kind", "field", "pattern"], &issues)
            demand = item.pattern("pattern", &issues).map { .regex($0) }
        case "unique":
            item.allow(["kind", "field", "window_seconds", "max_keys"], &issues)
            demand = .unique(item.keyLimits(&issues))
        case "range":
            item.allow(["kind", "field", "min", "max"], &issues)
            let min = item.number("min", &issues)
            let max = item.number("max", &issues)
            if item["min"] == nil, item["max"] == nil { item.report("min", "give min, max or both", &issues) }
            if let min, let max, min.double > max.double { item.report("max", "is less than min", &issues) }
            demand = .range(min: min, max: max)
        case "cel":
            item.allow(["kind", "field", "expression", "message"], &issues)
            let message = item.string("message", &issues)
            demand = item.condition("expression", &issues).map { .expression($0, message: message) }
        default: break
        }
        guard let demand, field != nil || kind == "cel" else { return nil }
        return Rule(field: field, demand: demand)
    }

    /// Two fields can't have the same target, nor can one lie inside the other.
    private mutating func checkTargets(_ fields: [FieldMapping]) {
        for (index, field) in fields.enumerated() {
            for earlier in fields[..<index] {
                if earlier.target == field.target {
                    issues.append(
                        .init(pointer: "/mappings/\(index)/target", message: "\(field.target) is mapped twice")
                    )
                } else if earlier.target.isPrefix(of: field.target) || field.target.isPrefix(of: earlier.target) {
                    let message = "\(field.target) and \(earlier.target) can't both be fields"
                    issues.append(.init(pointer: "/mappings/\(index)/target", message: message))
                } else {
                    continue
                }
                break
            }
        }
    }
}
