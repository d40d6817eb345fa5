import DashModel
import HTTPTypes

/// The related resources that the client wants with the answer (`include`), as a tree of relationships.
struct IncludeTree: Sendable {
    struct Branch: Sendable {
        var relationship: Relationship
        var target: Resource
        var tree: IncludeTree
    }

    private(set) var branches: [Branch] = []

    static let maximumDepth = 2

    init() {}

    /// Reads `pipeline_sinks,runs.pipeline`.
    init(_ text: String, from resource: Resource, for principal: Principal) throws {
        for path in text.split(separator: ",") {
            let names = path.split(separator: ".", omittingEmptySubsequences: false).map { String($0) }
            guard names.count <= Self.maximumDepth else {
                throw RESTError.parameter("include", "\(path) goes deeper than \(Self.maximumDepth) relationships.")
            }
            try add(names[...], of: resource, for: principal)
        }
    }

    private mutating func add(_ names: ArraySlice<String>, of resource: Resource, for principal: Principal) throws {
        guard let name = names.first else { return }
        guard let relationship = resource.relationship(name), let target = Resources.named(relationship.target) else {
            throw RESTError.parameter("include", "\(resource.name) have no relationship \(name).")
        }
        // People are seen by those who see the team's members.
        let guardedBy = target.name == Resources.users.name ? Resources.memberships.name : target.name
        guard PolicyTable.allows(principal, .read, on: guardedBy) else {
            throw RESTError(.forbidden, "forbidden", "You may not read \(target.name).", parameter: "include")
        }
        let index = branches.firstIndex { $0.relationship == relationship }
        var branch =
            index.map { branches[$0] } ?? Branch(relationship: relationship, target: target, tree: IncludeTree())
        try branch.tree.add(names.dropFirst(), of: target, for: principal)
        if let index { branches[index] = branch } else { branches.append(branch) }
    }
}
