import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// What a right password proves, as long as it is the person's: waiting for a turn takes time, in which the password may
/// have been replaced.
struct PasswordProof: Sendable, Equatable {
    let user: UUID
    private let hash: String

    init(user: UUID, hash: String) {
        self.user = user
        self.hash = hash
    }

    /// The person and the password's salted hash, to be signed.
    var text: String { "\(user.text) \(hash)" }

    /// Makes it the person's password.
    func change(and values: [String: JSONValue]) -> ResourceChange {
        let values = values.merging(["hashed_password": .string(hash)]) { $1 }
        return .update(Resources.users, ResourceRow(id: user, values: values))
    }

    /// What goes ahead of changes that rely on it: they are not made when the password is another by then, or the session
    /// is over.
    func required(in session: UUID? = nil) -> [ResourceChange] {
        let row = ResourceRow(id: user, values: ["hashed_password": .string(hash)])
        return [.require(Resources.users, row)]
            + (session.map { [.require(Resources.sessions, ResourceRow(id: $0, values: [:]))] } ?? [])
    }
}
