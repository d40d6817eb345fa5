public import DashModel
public import FoundationEssentials

/// One row to write. `insert` fills `id`, defaults and times; `update` leaves what it does not name.
public enum ResourceChange: Sendable {
    case insert(Resource, ResourceRow)
    case update(Resource, ResourceRow)
    case delete(Resource, id: UUID)
    /// A job in the same transaction.
    case enqueue(NewJob)
}
