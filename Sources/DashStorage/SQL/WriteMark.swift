import Synchronization

/// What a request has written so far. Within its scope reads see those writes although replicas lag; outside of any
/// scope reads see everything that this node wrote.
public final class WriteMark: Sendable {
    /// The mark of the request that is being answered.
    @TaskLocal public static var current: WriteMark?

    private let newest = Atomic<UInt64>(0)

    public init() {}

    /// The place in the engine's log up to which the reader must see.
    package var position: UInt64 { newest.load(ordering: .acquiring) }

    package func note(_ position: UInt64) { newest.max(position, ordering: .acquiringAndReleasing) }
}
