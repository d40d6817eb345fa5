import Synchronization

/// Counts from 0 on, for whoever asks.
final class PieceCounter: Sendable {
    private let next = Atomic(0)

    func take() -> Int { next.wrappingAdd(1, ordering: .relaxed).oldValue }
}
