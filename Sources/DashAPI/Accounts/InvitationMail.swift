import DashJSON
import DashModel
public import DashPipeline
import DashStorage
import FoundationEssentials

/// Sends invitations to those who are invited.
public struct InvitationMail: Sendable {
    private let queue: MailQueue
    let links: LinkTokens
    private let limits: SignInLimits

    public init(queue: MailQueue, accounts: Accounts) {
        self.queue = queue
        links = accounts.links
        limits = accounts.limits
    }

    /// Throws when the team, or whoever writes to the address, has sent enough for now.
    func requireRoom(to email: String, of team: UUID, now: Timestamp) throws {
        guard limits.mayWrite(.invitation(email: email, team: team), now: now) else {
            throw DashError(
                .rateLimited,
                "Several invitations went to this address, or many from this team, within the hour. Wait before the next.",
                retryAfter: .seconds(900)
            )
        }
    }

    /// The letter's job, for the transaction that makes the invitation.
    func job(_ invitation: ResourceRow) -> ResourceChange {
        .enqueue(
            queue.job([
                "letter": .string(LetterKind.invitation.rawValue), "to": invitation["email"],
                "link": .string(invitation.id.text),
            ])
        )
    }

    func wake() { queue.wake() }
}
