/// A setting that stops the start: which one, what form it needs, what to do.
struct SettingsError: Error, CustomStringConvertible {
    var issues: [Issue]

    struct Issue: Sendable {
        var key: String
        /// What a right value looks like. The wrong one is not repeated: it may be a secret.
        var form: String
        var fix: String
    }

    var description: String {
        issues.map { "\($0.key): \($0.form). \($0.fix)" }.joined(separator: "\n")
    }
}
