import FoundationEssentials

/// A request's key counts within its pipeline.
struct IdempotencyScope: Hashable {
    let pipeline: UUID
    let key: String
}
