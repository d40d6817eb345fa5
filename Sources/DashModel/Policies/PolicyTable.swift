/// Who may do what: the weakest role for each action on each resource. What is not here is refused.
public enum PolicyTable {
    /// Rows that are not resources of their own but are guarded like them.
    public static let records = "records"

    static let minimumRole: [String: [ResourceAction: Role]] = [
        "teams": [.read: .viewer, .update: .admin, .delete: .owner],
        "memberships": [.read: .viewer, .update: .admin, .delete: .admin],
        "invitations": [.read: .admin, .create: .admin, .delete: .admin],
        "api_tokens": [.read: .admin, .create: .admin, .update: .admin, .delete: .admin],
        "audit_events": [.read: .admin],
        "pipelines": [
            .read: .viewer, .create: .member, .update: .member, .delete: .admin,
            .custom("run"): .member, .custom("pause"): .member, .custom("resume"): .member,
            .custom("preview"): .member, .custom("replay"): .member, .custom("discard"): .member,
        ],
        "pipeline_sinks": [
            .read: .viewer, .create: .member, .update: .member, .delete: .member, .custom("pause"): .member,
            .custom("resume"): .member, .custom("test"): .member, .custom("redrive"): .member,
        ],
        "data_mappings": [.read: .viewer, .create: .member, .update: .member, .delete: .member],
        "data_mapping_versions": [.read: .viewer, .custom("restore"): .member, .custom("compare"): .viewer],
        "runs": [.read: .viewer],
        "deliveries": [.read: .viewer, .custom("redrive"): .member],
        "quarantined_records": [.read: .viewer, .delete: .member],
        "replays": [.read: .viewer],
        "uploads": [
            .read: .viewer, .create: .member, .delete: .member, .custom("cancel"): .member,
            .custom("resume"): .member,
        ],
        "dashboards": [
            .read: .viewer, .create: .member, .update: .member, .delete: .member,
            .custom("share"): .admin, .custom("unshare"): .member,
        ],
        "widgets": [.read: .viewer, .create: .member, .update: .member, .delete: .member],
        records: [.read: .viewer],
    ]

    /// The weakest role that may do it; nil when nobody may.
    public static func minimumRole(for action: ResourceAction, on resource: String) -> Role? {
        minimumRole[resource]?[action]
    }

    public static func allows(_ principal: Principal, _ action: ResourceAction, on resource: String) -> Bool {
        guard let role = principal.role, let minimum = minimumRole(for: action, on: resource) else { return false }
        return role >= minimum
    }
}
