import DashModel
import HTTPTypes

extension RelatedTree {
    static let maximumDepth = 2

    /// Reads what a request wants with its answer (`include`): `pipeline_sinks,runs.pipeline`.
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
        guard Self.mayRead(target, principal) else {
            throw RESTError(.forbidden, "forbidden", "You may not read \(target.name).", parameter: "include")
        }
        let index = branches.firstIndex { $0.relationship == relationship }
        var branch =
            index.map { branches[$0] } ?? Branch(relationship: relationship, target: target, tree: RelatedTree())
        try branch.tree.add(names.dropFirst(), of: target, for: principal)
        if let index { branches[index] = branch } else { branches.append(branch) }
    }
}
