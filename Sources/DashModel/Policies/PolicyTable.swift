/// Who may do what: the weakest role for each action on each resource, as the declarations say. What none says is refused.
public enum PolicyTable {
    /// Rows that are not resources of their own but are guarded like them.
    public static let records = ResourceView.records.permission.resource

    /// What the actions and views declare, in the order of the resources.
    public static let permissions: [Permission] = Resources.all.flatMap(\.permissions)

    private static let roles = Dictionary(
        permissions.map { (Key(action: $0.action, resource: $0.resource), $0.role) },
        // Two that differ are a fault of the declarations, which is found at start.
        uniquingKeysWith: max
    )

    private struct Key: Hashable {
        var action: ResourceAction
        var resource: String
    }

    /// The weakest role that may do it; nil when nobody may.
    public static func minimumRole(for action: ResourceAction, on resource: String) -> Role? {
        roles[Key(action: action, resource: resource)]
    }

    public static func allows(_ principal: Principal, _ action: ResourceAction, on resource: String) -> Bool {
        guard let role = principal.role, let minimum = minimumRole(for: action, on: resource) else { return false }
        return role >= minimum
    }
}
