import DashExchange
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials
import Logging
import Synchronization

/// The answers of all widgets, for pages, public pages and streams alike. Each is computed once a change, by a task of its
/// own: nobody who looks runs a query.
final class WidgetAnswers: Sendable {
    typealias Answer = WidgetAnswer.Content

    private struct Guarded {
        var table: AnswerTable
        var waiters: [UInt64: CheckedContinuation<WidgetAnswer?, Never>] = [:]
        /// Came before their waiters did.
        var early: [UInt64: WidgetAnswer] = [:]
        var isStopped = false
    }

    private let queries: DataQueries
    private let computed: Counter
    private let logger: Logger
    private let guarded: Mutex<Guarded>
    /// Bounded: each widget is in it once at most.
    private let work: AsyncStream<(WidgetDefinition, team: UUID)>
    private let workSource: AsyncStream<(WidgetDefinition, team: UUID)>.Continuation

    init(queries: DataQueries, metrics: MetricsRegistry, logger: Logger) {
        self.queries = queries
        self.logger = logger
        computed = metrics.counter("dash_widget_queries_total", "Queries that were run for widgets.")
        guarded = Mutex(Guarded(table: AnswerTable()))
        (work, workSource) = AsyncStream.makeStream()
    }

    /// Queries that were run so far.
    var queryCount: Int { computed.value }

    /// One answer for each widget that shows data, as a page first shows them.
    func answers(to widgets: [WidgetDefinition], of team: UUID) async -> [UUID: Answer] {
        var answers: [UUID: Answer] = [:]
        var waiting: [(UUID, UInt64)] = []
        for widget in widgets {
            if widget.query == nil {
                answers[widget.id] = .problem(widget.problem ?? "")
                continue
            }
            switch ask(widget, of: team, { $0.look(widget, now: .now) }) {
            case .show(let answer): answers[widget.id] = answer.content
            case .wait(let ticket): waiting.append((widget.id, ticket))
            }
        }
        // They are computed beside each other, whoever is waited for first.
        for (id, ticket) in waiting { answers[id] = await wait(ticket)?.content ?? Self.ended }
        return answers
    }

    /// The answer that knows all records up to now, for who follows every change.
    func current(_ widget: WidgetDefinition, of team: UUID) async -> WidgetAnswer {
        guard widget.query != nil else {
            return WidgetAnswer(widget, problem: widget.problem ?? "This widget shows no data.")
        }
        switch ask(widget, of: team, { $0.follow(widget, now: .now) }) {
        case .show(let answer): return answer
        case .wait(let ticket):
            return await wait(ticket) ?? WidgetAnswer(widget, problem: Self.endedText, duration: .seconds(1))
        }
    }

    /// Records of a pipeline came, or some may have been missed.
    func note(_ element: Subscription.Element, of pipeline: UUID) {
        guarded.withLock { $0.table.note({ $0.note(element) }, of: pipeline) }
    }

    /// Computes what is asked for and listens to what is stored, until it is cancelled.
    func run(_ pubsub: any PubSub) async {
        let records = pubsub.subscribe(to: [.records], buffering: 64)
        await withDiscardingTaskGroup { group in
            group.addTask { await self.listen(to: records) }
            for await (widget, team) in self.work { group.addTask { await self.compute(widget, of: team) } }
            group.cancelAll()
        }
        stop()
    }

    /// Nothing is computed any more; who waits is told so.
    func stop() {
        workSource.finish()
        let waiters = guarded.withLock { guarded in
            guarded.isStopped = true
            _ = guarded.table.abandon()
            defer { guarded.waiters = [:] }
            return Array(guarded.waiters.values)
        }
        for waiter in waiters { waiter.resume(returning: nil) }
    }

    private static let endedText = "The server is going down."
    private static let ended = Answer.problem(endedText)

    private func ask(
        _ widget: WidgetDefinition,
        of team: UUID,
        _ question: (inout AnswerTable) -> (AnswerTable.Look, starts: Bool)
    ) -> AnswerTable.Look {
        let (look, starts) = guarded.withLock { question(&$0.table) }
        if starts { workSource.yield((widget, team: team)) }
        return look
    }

    private func wait(_ ticket: UInt64) async -> WidgetAnswer? {
        await withCheckedContinuation { continuation in
            let (isOver, early) = guarded.withLock { guarded -> (Bool, WidgetAnswer?) in
                if let early = guarded.early.removeValue(forKey: ticket) { return (true, early) }
                if guarded.isStopped { return (true, nil) }
                guarded.waiters[ticket] = continuation
                return (false, nil)
            }
            if isOver { continuation.resume(returning: early) }
        }
    }

    private func compute(_ widget: WidgetDefinition, of team: UUID) async {
        let answer = await answer(to: widget, of: team)
        let (waiters, shown, again) = guarded.withLock { guarded in
            let (told, again) = guarded.table.finish(answer, now: .now)
            let shown = guarded.table.answer(widget) ?? answer
            let waiters = told.compactMap { ticket in
                let waiter = guarded.waiters.removeValue(forKey: ticket)
                if waiter == nil, !guarded.isStopped { guarded.early[ticket] = shown }
                return waiter
            }
            return (waiters, shown, again)
        }
        for waiter in waiters { waiter.resume(returning: shown) }
        if again { workSource.yield((widget, team: team)) }
    }

    private func answer(to widget: WidgetDefinition, of team: UUID) async -> WidgetAnswer {
        guard let query = widget.query else { return WidgetAnswer(widget, problem: widget.problem ?? "") }
        computed.add(1)
        let start = ContinuousClock.now
        do {
            let result = try await queries.answer(query, of: team)
            return WidgetAnswer(widget, result: result, duration: start.duration(to: .now))
        } catch {
            let reason = (error as? DashError)?.description ?? "The widget's data can't be read now."
            let isTold = (error as? DashError).map { $0.cause == nil } ?? (error is CancellationError)
            if !isTold {
                logger.warning(
                    "A widget's query failed",
                    metadata: ["widget": "\(widget.key)", "error": "\(String(reflecting: error))"]
                )
            }
            return WidgetAnswer(widget, problem: reason, duration: max(.seconds(1), start.duration(to: .now)))
        }
    }

    private func listen(to records: Subscription) async {
        for await element in records {
            switch element {
            case .event(.committed(let batch)): note(element, of: batch.batch.pipeline)
            case .event(.advanced(let pipeline, _)): note(element, of: pipeline)
            case .event(.changed): break
            case .lagged: guarded.withLock { $0.table.noteLoss() }
            }
        }
    }
}
