import Synchronization

/// One listener's stream. When it is full the newest are dropped, and the listener is told as soon as there is room.
final class NoticeBox: Sendable {
    let channels: Set<String>
    let stream: AsyncStream<PostgresNotice>
    private let continuation: AsyncStream<PostgresNotice>.Continuation
    private let hasLost = Mutex(false)

    init(channels: Set<String>, buffering: Int) {
        self.channels = channels
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(max(1, buffering)))
    }

    func push(_ notice: PostgresNotice) {
        if case .said(let channel, _) = notice, !channels.contains(channel) { return }
        hasLost.withLock { hasLost in
            if hasLost { hasLost = !isTaken(.missed) }
            if hasLost { return }
            hasLost = !isTaken(notice)
        }
    }

    /// Tells of a loss that could not be told when it happened.
    func catchUp() {
        hasLost.withLock { hasLost in if hasLost { hasLost = !isTaken(.missed) } }
    }

    func finish() { continuation.finish() }

    /// A listener that went away takes everything.
    private func isTaken(_ notice: PostgresNotice) -> Bool {
        if case .dropped = continuation.yield(notice) { return false }
        return true
    }
}
