package import FoundationEssentials

/// A request's key counts within its pipeline.
package struct IdempotencyScope: Hashable {
    package let pipeline: UUID
    package let key: String

    package init(pipeline: UUID, key: String) {
        self.pipeline = pipeline
        self.key = key
    }
}
