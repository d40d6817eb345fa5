import DashModel
import DashStorage
import FoundationEssentials

/// Which widgets' answers are there, how good they are, and which are being computed: a state machine, whose holder
/// computes.
///
/// Each answer is computed once, however many ask. Who only looks is shown one that was outdated a moment ago rather than
/// being kept waiting for a dear one.
struct AnswerTable: Sendable {
    typealias Instant = ContinuousClock.Instant
    typealias Ticket = UInt64

    struct Key: Sendable, Hashable {
        var widget: UUID
        var updatedAt: String

        init(_ widget: WidgetDefinition) {
            self.widget = widget.id
            updatedAt = widget.updatedAt
        }
    }

    enum Look: Sendable {
        case show(WidgetAnswer)
        case wait(Ticket)
    }

    private struct Entry {
        var answer: WidgetAnswer?
        var version = DataVersion()
        var computedAt: Instant?
        /// What the records were when the computation under way began.
        var running: DataVersion?
        var waiting: [(ticket: Ticket, version: DataVersion)] = []
        var usedAt: Instant
    }

    private let capacity: Int
    private var entries: [Key: Entry] = [:]
    /// Of the pipelines that somebody asked about.
    private var versions: [UUID: DataVersion] = [:]
    private var lastTicket: Ticket = 0

    /// A look waits for a new answer when the last one took no longer.
    private static let cheap = Duration.milliseconds(50)
    /// And in any case when the answer is older.
    private static let oldest = Duration.seconds(30)

    init(capacity: Int = 2_000) { self.capacity = capacity }

    var count: Int { entries.count }

    /// Records came, or some may have been missed.
    mutating func note(_ change: (inout DataVersion) -> Void, of pipeline: UUID) {
        if var version = versions[pipeline] {
            change(&version)
            versions[pipeline] = version
        }
    }

    mutating func noteLoss() {
        for pipeline in versions.keys { versions[pipeline]?.unknown += 1 }
    }

    /// For somebody who looks. The second value says that the caller must see to a computation.
    mutating func look(_ widget: WidgetDefinition, now: Instant) -> (Look, starts: Bool) {
        let key = Key(widget)
        var entry = take(key, widget, now)
        defer { entries[key] = entry }
        let version = versions[pipeline(widget)] ?? DataVersion()
        guard let answer = entry.answer, let computedAt = entry.computedAt else {
            return wait(&entry, for: DataVersion(), version)
        }
        let age = now - computedAt
        let isGood = entry.version >= version && age < answer.lifetime
        if isGood { return (.show(answer), false) }
        // Dear answers leave the store most of the time.
        let isRested = age >= Self.pause(after: answer)
        if age > max(Self.oldest, Self.pause(after: answer)) { return wait(&entry, for: DataVersion(), version) }
        if answer.duration <= Self.cheap, entry.running != nil || isRested {
            return wait(&entry, for: DataVersion(), version)
        }
        if isRested, entry.running == nil {
            entry.running = version
            return (.show(answer), true)
        }
        return (.show(answer), false)
    }

    /// For who follows every change: an answer that knows all records up to now.
    mutating func follow(_ widget: WidgetDefinition, now: Instant) -> (Look, starts: Bool) {
        let key = Key(widget)
        var entry = take(key, widget, now)
        defer { entries[key] = entry }
        let version = versions[pipeline(widget)] ?? DataVersion()
        if let answer = entry.answer, let computedAt = entry.computedAt, entry.version >= version,
            now - computedAt < answer.lifetime
        {
            return (.show(answer), false)
        }
        return wait(&entry, for: version, version)
    }

    /// A computation is over. Returns whom to tell, and whether another must follow at once.
    mutating func finish(_ answer: WidgetAnswer, now: Instant) -> (told: [Ticket], again: Bool) {
        let key = Key(answer.widget)
        guard var entry = entries[key], let version = entry.running else { return ([], false) }
        entry.running = nil
        // A refusal is no reason to forget what is known.
        if case .problem = answer.content, case .result? = entry.answer?.content {
            entry.answer?.duration = max(answer.duration, .seconds(1))
        } else {
            entry.answer = answer
        }
        entry.version = version
        entry.computedAt = now
        let told = entry.waiting.filter { $0.version <= version }.map(\.ticket)
        entry.waiting.removeAll { $0.version <= version }
        let again = !entry.waiting.isEmpty
        if again { entry.running = versions[pipeline(answer.widget)] ?? version }
        entries[key] = entry
        return (told, again)
    }

    /// The answer as it is now.
    func answer(_ widget: WidgetDefinition) -> WidgetAnswer? { entries[Key(widget)]?.answer }

    /// Nothing will be computed any more: everybody who waits.
    mutating func abandon() -> [Ticket] {
        let tickets = entries.values.flatMap { $0.waiting.map(\.ticket) }
        entries = [:]
        return tickets
    }

    private mutating func wait(
        _ entry: inout Entry,
        for needed: DataVersion,
        _ version: DataVersion
    ) -> (Look, starts: Bool) {
        lastTicket += 1
        entry.waiting.append((lastTicket, needed))
        let starts = entry.running == nil
        if starts { entry.running = version }
        return (.wait(lastTicket), starts)
    }

    private mutating func take(_ key: Key, _ widget: WidgetDefinition, _ now: Instant) -> Entry {
        if versions[pipeline(widget)] == nil { versions[pipeline(widget)] = DataVersion() }
        if var entry = entries[key] {
            entry.usedAt = now
            return entry
        }
        if entries.count >= capacity { makeRoom() }
        return Entry(usedAt: now)
    }

    /// Forgets the half that was asked for longest ago.
    private mutating func makeRoom() {
        let times = entries.values.map(\.usedAt).sorted()
        let middle = times[times.count / 2]
        entries = entries.filter { $0.value.usedAt > middle || $0.value.running != nil }
    }

    private static func pause(after answer: WidgetAnswer) -> Duration {
        min(.seconds(60), max(.seconds(1), answer.duration * 20))
    }

    private func pipeline(_ widget: WidgetDefinition) -> UUID { widget.query?.pipeline ?? widget.id }
}
