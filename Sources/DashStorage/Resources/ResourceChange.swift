public import DashModel
public import FoundationEssentials

/// One row to write, or what must hold for it. `insert` fills `id`, defaults and times; `update` leaves what it does not name.
public enum ResourceChange: Sendable {
    case insert(Resource, ResourceRow)
    case update(Resource, ResourceRow)
    case delete(Resource, id: UUID)
    /// All rows that match when it is their turn, those among them that were made since anybody looked.
    case deleteAll(Resource, [ResourceQuery.Filter])
    /// Nothing is changed unless the row is there and has these values; until the end nobody else changes it.
    case require(Resource, ResourceRow)
    /// A job in the same transaction.
    case enqueue(NewJob)
}
