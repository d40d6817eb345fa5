public import DashModel

/// What a password must be: long enough to resist guessing, and nothing that is guessed first.
public enum PasswordRules {
    public static let minimumLength = 10
    static let maximumBytes = 1_024

    /// What is wrong with it; empty when it is fine.
    public static func issues(_ password: String, email: String) -> [DashError.Issue] {
        func issue(_ message: String) -> [DashError.Issue] { [.init(pointer: "/password", message: message)] }
        if password.count < minimumLength { return issue("must have at least \(minimumLength) characters") }
        if password.utf8.count > maximumBytes { return issue("must have at most \(maximumBytes) bytes") }
        let lowered = password.lowercased()
        let name = email.prefix { $0 != "@" }
        if lowered == email.lowercased() || lowered == name.lowercased() {
            return issue("must not be the e-mail address")
        }
        if Set(password).count < 4 { return issue("must not repeat the same few characters") }
        return []
    }
}
