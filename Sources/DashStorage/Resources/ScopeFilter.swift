import DashModel
import FoundationEssentials

/// The one place that says which rows of a table a scope may touch. Every statement on a resource carries its condition.
struct ScopeFilter: Sendable {
    let resources: [String: Resource]

    /// A condition on the resource's table; false for tables that no team may reach.
    func condition(_ resource: Resource, in scope: AccessScope) -> SQLStatement {
        guard case .team(let team) = scope else { return "1 = 1" }
        return condition(resource, team: team, depth: 0)
    }

    private func condition(_ resource: Resource, team: UUID, depth: Int) -> SQLStatement {
        switch resource.scope {
        case .column: return "\(identifier: resource.name).team_id = \(team)"
        case .itself: return "\(identifier: resource.name).id = \(team)"
        case .none: return "1 = 0"
        case .through(let column, let parent):
            guard depth < 4, let above = resources[parent] else { return "1 = 0" }
            let held = condition(above, team: team, depth: depth + 1)
            return """
                \(identifier: resource.name).\(identifier: column) IN \
                (SELECT id FROM \(identifier: parent) WHERE \(held))
                """
        }
    }
}
