public import DashModel
public import FoundationEssentials

/// What nodes tell one another.
public enum ExchangeEvent: Sendable, Hashable {
    /// Records of a pipeline are durable.
    case committed(CommittedBatch)
    /// A row of a resource was written or deleted; `parent` is the pipeline or dashboard it belongs to.
    case changed(resource: String, id: UUID, team: UUID?, parent: UUID?)
}
