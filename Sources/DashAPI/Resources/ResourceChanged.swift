public import DashModel
public import FoundationEssentials

/// A committed change of a resource: what the other parts of the server are told, after the transaction.
public struct ResourceChanged: Sendable, Hashable {
    public var resource: String
    public var id: UUID
    public var team: UUID
    /// The row it belongs to: a widget's dashboard, a sink's or mapping's pipeline.
    public var parent: UUID?
    public var action: ResourceAction

    public init(resource: String, id: UUID, team: UUID, parent: UUID?, action: ResourceAction) {
        self.resource = resource
        self.id = id
        self.team = team
        self.parent = parent
        self.action = action
    }
}
