public import DashModel
public import FoundationEssentials

/// What nodes tell one another.
public enum ExchangeEvent: Sendable, Hashable {
    /// Records of a pipeline are durable. It stays on the node that saved them, with their bytes.
    case committed(CommittedBatch)
    /// Another node has stored records of a pipeline, the last of them with this id. Ids are given before they are
    /// committed, so that it may be lower than one that is known.
    case advanced(pipeline: UUID, lastID: Int64)
    /// A row of a resource was written or deleted; `parent` is the pipeline or dashboard it belongs to.
    case changed(resource: String, id: UUID, team: UUID?, parent: UUID?)
}
