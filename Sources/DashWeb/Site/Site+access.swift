import DashAPI
import DashModel

extension Site {
    /// The signed-in member who asks for a page.
    func member(_ context: DashRequestContext) throws -> Member {
        let session = try context.requireSession()
        guard let team = session.team, let principal = session.principal else {
            throw DashError(.forbidden, "You belong to no team any more. Ask somebody for an invitation.")
        }
        return Member(session: session, team: team, principal: principal)
    }

    /// A signed-in person and as whom they act.
    struct Member: Sendable {
        var session: Session
        var team: TeamMembership
        var principal: Principal

        func may(_ action: ResourceAction, _ resource: String) -> Bool {
            PolicyTable.allows(principal, action, on: resource)
        }
    }
}
