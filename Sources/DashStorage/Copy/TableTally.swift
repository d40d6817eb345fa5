import Synchronization

/// A sum that a scan adds to, batch after batch.
final class TableTally: Sendable {
    private let total = Mutex(TableSum())

    var sum: TableSum { total.withLock { $0 } }

    func add(_ part: TableSum) { total.withLock { $0.add(part) } }
}
