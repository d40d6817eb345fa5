import DashModel

/// Which related rows come along with an answer, as a tree of relationships.
struct RelatedTree: Sendable {
    struct Branch: Sendable {
        var relationship: Relationship
        var target: Resource
        var tree: RelatedTree
    }

    var branches: [Branch] = []

    /// People are seen by those who see the team's members.
    static func mayRead(_ target: Resource, _ principal: Principal) -> Bool {
        PolicyTable.allows(principal, .read, on: target.readWith ?? target.name)
    }
}
