/// What a member may do in a team, the strongest last.
public enum Role: String, Sendable, CaseIterable, Comparable {
    case viewer, member, admin, owner

    public static func < (lhs: Role, rhs: Role) -> Bool {
        let order = allCases
        return (order.firstIndex(of: lhs) ?? 0) < (order.firstIndex(of: rhs) ?? 0)
    }
}
