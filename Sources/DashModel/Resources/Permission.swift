/// Who may do something: the weakest role for an action on a resource.
public struct Permission: Sendable, Hashable {
    public var action: ResourceAction
    public var resource: String
    public var role: Role

    public init(_ action: ResourceAction, _ resource: String, _ role: Role) {
        self.action = action
        self.resource = resource
        self.role = role
    }
}
