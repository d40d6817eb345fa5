import DashModel
import DashStorage
import FoundationEssentials
import Logging
import Synchronization

/// The widgets' answers as a page first shows them. Each is kept for a moment, a dear one longer, so that a thousand
/// browsers that come back at once don't ask the store a thousand times.
final class WidgetAnswers: Sendable {
    private struct Entry {
        var version: String
        var answer: Answer
        var goodUntil: ContinuousClock.Instant
    }

    /// What a widget shows: its result, or why there is none.
    enum Answer: Sendable {
        case result(DataResult)
        case problem(String)
    }

    private let store: any Store
    private let clock: any WallClock
    private let logger: Logger
    private let entries = Mutex<[UUID: Entry]>([:])

    private static let capacity = 2_000
    private static let concurrency = 4

    init(store: any Store, clock: any WallClock, logger: Logger) {
        self.store = store
        self.clock = clock
        self.logger = logger
    }

    /// One answer for each widget that shows data.
    func answers(to widgets: [WidgetDefinition]) async -> [UUID: Answer] {
        await withTaskGroup(of: (UUID, Answer).self) { group in
            var waiting = widgets.makeIterator()
            var answers: [UUID: Answer] = [:]
            func start() -> Bool {
                guard let widget = waiting.next() else { return false }
                group.addTask { (widget.id, await self.answer(to: widget)) }
                return true
            }
            for _ in 0..<Self.concurrency where !start() { break }
            for await (id, answer) in group {
                answers[id] = answer
                _ = start()
            }
            return answers
        }
    }

    private func answer(to widget: WidgetDefinition) async -> Answer {
        guard let query = widget.query else { return .problem(widget.problem ?? "") }
        let start = ContinuousClock.now
        if let known = entries.withLock({ $0[widget.id] }), known.version == widget.updatedAt, known.goodUntil > start {
            return known.answer
        }
        let answer = await compute(query, widget)
        let took = start.duration(to: .now)
        let goodUntil = ContinuousClock.now + min(.seconds(60), max(.seconds(1), took * 20))
        entries.withLock { entries in
            if entries.count >= Self.capacity { entries.removeAll(keepingCapacity: true) }
            entries[widget.id] = Entry(version: widget.updatedAt, answer: answer, goodUntil: goodUntil)
        }
        return answer
    }

    private func compute(_ query: DataQuery, _ widget: WidgetDefinition) async -> Answer {
        do {
            return .result(try await store.query(query, now: clock.now))
        } catch let error as DashError {
            return .problem(error.description)
        } catch {
            logger.warning("A widget's query failed", metadata: ["widget": "\(widget.key)", "error": "\(error)"])
            return .problem("The widget's data can't be read now.")
        }
    }
}
