/// The letters that the server writes to people.
enum LetterKind: String, Sendable {
    case signUp = "sign_up"
    case confirm
    case reset
    case passwordChanged = "password_changed"
    case changeEmail = "change_email"
    /// To the present address, when somebody asks to move the account.
    case changeNotice = "change_notice"
    /// To the address before, when the account has moved.
    case emailChanged = "email_changed"
    case invitation
}
