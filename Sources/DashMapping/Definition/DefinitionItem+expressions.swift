import DashModel

extension DefinitionItem {
    /// An expression over `record`, `source` and `now`; each of its faults is an issue of its own.
    func expression(_ key: String, _ issues: inout [DashError.Issue]) -> CELProgram? {
        guard let text = string(key, &issues) else {
            if self[key] == nil { report(key, "is missing: give an expression like record.temp > 0.0", &issues) }
            return nil
        }
        do {
            return try MappingExpression.compile(text)
        } catch {
            for error in error.errors { report(key, error.description, &issues) }
            return nil
        }
    }

    /// An expression that is true or false.
    func condition(_ key: String, _ issues: inout [DashError.Issue]) -> CELProgram? {
        guard let expression = expression(key, &issues) else { return nil }
        guard let type = expression.resultType, type != .bool else { return expression }
        report(key, "must be true or false; this expression gives \(type.phrase)", &issues)
        return nil
    }
}
