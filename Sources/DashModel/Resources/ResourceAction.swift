/// Something that can be done with a resource: the four usual ones and those of its own (`run`, `pause`).
public enum ResourceAction: Sendable, Hashable, CustomStringConvertible {
    case read, create, update, delete
    case custom(String)

    public var description: String {
        switch self {
        case .read: "read"
        case .create: "create"
        case .update: "update"
        case .delete: "delete"
        case .custom(let name): name
        }
    }
}
