import DashJSON
import DashModel

extension DefinitionItem {
    /// `field`, and `to` or the same field.
    func fieldAndTarget(_ issues: inout [DashError.Issue]) -> (FieldPath, FieldPath)? {
        let field = path("field", &issues)
        guard self["to"] != nil else { return field.map { ($0, $0) } }
        guard let to = path("to", &issues), let field else { return nil }
        if field != to, field.isPrefix(of: to) { report("to", "can't lie inside the field itself", &issues) }
        return (field, to)
    }

    func separator(_ standard: String, _ issues: inout [DashError.Issue]) -> String {
        let separator = string("separator", &issues) ?? standard
        if separator.unicodeScalars.contains("\0") { report("separator", "can't be a null character", &issues) }
        return separator
    }

    /// A whole number within limits; nil, with an issue, for any other value, and nil when it is missing.
    func whole(_ key: String, _ range: ClosedRange<Int>, _ issues: inout [DashError.Issue]) -> Int? {
        guard let value = self[key] else { return nil }
        if let whole = value.intValue, range.contains(whole) { return whole }
        report(key, "must be a whole number from \(range.lowerBound) to \(range.upperBound)", &issues)
        return nil
    }

    func keyLimits(_ issues: inout [DashError.Issue]) -> KeyLimits {
        var limits = KeyLimits()
        if let seconds = whole("window_seconds", 1...KeyLimits.longestWindow, &issues) {
            limits.windowSeconds = seconds
        }
        if let keys = whole("max_keys", 1...KeyLimits.mostKeys, &issues) { limits.maxKeys = keys }
        return limits
    }

    /// A regular expression that can be used.
    func pattern(_ key: String, _ issues: inout [DashError.Issue]) -> String? {
        guard let text = string(key, &issues) else {
            if self[key] == nil { report(key, "is missing", &issues) }
            return nil
        }
        do {
            return try SchemaPattern(text).text
        } catch {
            report(key, "is not a pattern that can be used: \(error.reason)", &issues)
            return nil
        }
    }
}
