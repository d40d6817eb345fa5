import DashJSON
import Dispatch
import FoundationEssentials
import Synchronization

/// The consumers of the pipelines that read Kafka, one each on a thread of its own, kept from one run to the next. One that
/// is not used for a while is closed.
final class KafkaConsumers: Sendable {
    private struct Entry {
        var config: JSONValue
        var session: BlockingConnection<KafkaConsumer>
        var lastUse: ContinuousClock.Instant
    }

    private struct State {
        var entries: [UUID: Entry] = [:]
        var isWatched = false
    }

    private let state = Mutex(State())
    private let idle: Duration

    /// `idle`: after how long without a run a consumer is closed.
    init(idle: Duration = .seconds(600)) { self.idle = idle }

    var count: Int { state.withLock { $0.entries.count } }

    /// The pipeline's consumer with this config; one with another config is closed.
    func session(of pipeline: UUID, _ config: JSONValue) async -> BlockingConnection<KafkaConsumer> {
        let (session, replaced, isFirst) = state.withLock { state in
            let known = state.entries[pipeline]
            let isSame = known?.config == config
            let session = isSame ? known?.session : nil
            let entry = Entry(
                config: config,
                session: session ?? BlockingConnection(label: "dash.source.kafka"),
                lastUse: .now
            )
            state.entries[pipeline] = entry
            defer { state.isWatched = true }
            return (entry.session, isSame ? nil : known?.session, !state.isWatched)
        }
        if isFirst { watch() }
        // On its own thread, as closing waits for the client's threads.
        await replaced?.close()
        return session
    }

    /// Looks again and again, until none is left.
    private func watch() {
        let (seconds, attoseconds) = (idle / 2).components
        let wait = Double(seconds) + Double(attoseconds) / 1e18
        DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + wait) { [weak self] in self?.look() }
    }

    /// Looks again unless none is left.
    private func look() {
        closeIdle(now: .now)
        let goesOn = state.withLock { state in
            state.isWatched = !state.entries.isEmpty
            return state.isWatched
        }
        if goesOn { watch() }
    }

    func closeIdle(now: ContinuousClock.Instant) {
        let old = state.withLock { state in
            let old = state.entries.filter { now - $0.value.lastUse >= idle }
            for pipeline in old.keys { state.entries[pipeline] = nil }
            return old
        }
        // The last reference closes the client: here, where waiting harms nobody, or behind the run that still uses it.
        _ = consume old
    }
}
