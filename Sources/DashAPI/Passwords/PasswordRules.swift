public import DashModel
import Foundation

/// What a password must be: long enough to resist guessing, and nothing that is guessed first.
public enum PasswordRules {
    public static let minimumLength = 10
    static let maximumBytes = 1_024

    /// The one spelling of a password that is hashed: keyboards and systems compose characters differently.
    static func normalized(_ password: String) -> String { password.precomposedStringWithCompatibilityMapping }

    /// What is wrong with it; empty when it is fine. `names` are words that a guesser who knows the person tries: the
    /// e-mail address, the team.
    public static func issues(_ password: String, email: String, names: [String] = []) -> [DashError.Issue] {
        func issue(_ message: String) -> [DashError.Issue] { [.init(pointer: "/password", message: message)] }
        if password.utf8.count > maximumBytes { return issue("must have at most \(maximumBytes) bytes") }
        let password = normalized(password)
        if password.count < minimumLength { return issue("must have at least \(minimumLength) characters") }
        let shape = PasswordShape(password)
        if shape.isCommon { return issue("is among the first that are guessed; take a few words of your own") }
        if shape.isPattern { return issue("is a row of keys or the same again and again; take a few words") }
        let words = ["dash", "dashboard"] + names + email.split { $0 == "@" || $0 == "." }.map(String.init) + [email]
        if shape.isMade(of: words) { return issue("must be more than the e-mail address or a name with a few signs") }
        return []
    }
}
