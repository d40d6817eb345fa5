import FoundationEssentials

/// What the catalog holds, as a state machine: compiled pipelines, those that do not exist, and loads under way.
struct CatalogState {
    enum Entry {
        case present(CompiledPipeline)
        case missing
        case loading([CheckedContinuation<Void, Never>])
    }

    enum Lookup {
        case found(CompiledPipeline?)
        /// The caller loads; hand `generation` back with the result.
        case load(generation: UInt64)
        /// Somebody else loads.
        case wait
    }

    /// Unknown ids are remembered too, but not without end: anybody can make them up.
    private static let maxMissing = 10_000

    private var entries: [UUID: Entry] = [:]
    private var missingCount = 0
    private var generation: UInt64 = 0

    func present(_ id: UUID) -> CompiledPipeline? {
        if case .present(let pipeline) = entries[id] { pipeline } else { nil }
    }

    mutating func look(up id: UUID) -> Lookup {
        switch entries[id] {
        case .present(let pipeline): return .found(pipeline)
        case .missing: return .found(nil)
        case .loading: return .wait
        case nil:
            entries[id] = .loading([])
            return .load(generation: generation)
        }
    }

    /// False when the load is over already.
    mutating func wait(for id: UUID, _ continuation: CheckedContinuation<Void, Never>) -> Bool {
        guard case .loading(let waiting) = entries[id] else { return false }
        entries[id] = .loading(waiting + [continuation])
        return true
    }

    /// Ends a load. What was loaded before an invalidation is not kept.
    mutating func finish(
        _ id: UUID,
        _ pipeline: CompiledPipeline?,
        failed: Bool,
        generation loaded: UInt64
    ) -> [CheckedContinuation<Void, Never>] {
        var waiting: [CheckedContinuation<Void, Never>] = []
        if case .loading(let continuations) = entries.removeValue(forKey: id) { waiting = continuations }
        guard !failed, loaded == generation else { return waiting }
        if let pipeline {
            entries[id] = .present(pipeline)
        } else {
            if missingCount >= Self.maxMissing { forgetMissing() }
            entries[id] = .missing
            missingCount += 1
        }
        return waiting
    }

    /// Forgets one team's pipelines and all unknown ids; loads under way finish but are not kept.
    mutating func invalidate(team: UUID?) {
        generation += 1
        forgetMissing()
        entries = entries.filter { _, entry in
            guard case .present(let pipeline) = entry else { return true }
            return team != nil && pipeline.team != team
        }
    }

    private mutating func forgetMissing() {
        missingCount = 0
        entries = entries.filter { if case .missing = $0.value { false } else { true } }
    }
}
