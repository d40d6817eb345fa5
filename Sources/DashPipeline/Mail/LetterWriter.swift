public import DashJSON
public import FoundationEssentials

/// Writes a letter at the moment it is sent, so that no job holds the secret of its link.
public protocol LetterWriter: Sendable {
    /// nil when there is nothing to send any more: nobody has the address, or the link is used or over. A repeat of the
    /// same job gives the same letter.
    func letter(_ parameters: JSONValue, job: UUID) async throws -> Letter?
}
