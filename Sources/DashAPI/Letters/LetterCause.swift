import DashModel
import FoundationEssentials

/// What a letter is written for, as far as its limit goes.
enum LetterCause: Sendable {
    case reset(email: String)
    /// Asked for by a person who is signed in.
    case confirmation(user: UUID)
    case change(email: String)
    case signUp(email: String, from: String?)
    case invitation(email: String, team: UUID)
}
