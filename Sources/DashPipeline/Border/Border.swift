public import DashModel

/// What every way in asks for its share: turns at work that is scarce, rates, caps of what lasts, threads for what takes long.
public final class Border: Sendable {
    public let limits: BorderLimits
    public let rateLimits: BorderRates
    /// Data queries, which hold a reader of the store each.
    public let queries: Turns
    /// Decoding, mapping and previews beyond a few milliseconds.
    public let work: Turns
    /// Memory for bodies, from their first byte until their records are saved.
    public let bodies: Turns
    public let rates: Rates
    public let caps: Caps
    private let threads: WorkThreads

    /// `instant` tells how time goes on for rates.
    public init(
        limits: BorderLimits = BorderLimits(),
        instant: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        metrics: MetricsRegistry = MetricsRegistry()
    ) {
        self.limits = limits
        rateLimits = BorderRates(limits)
        queries = Turns(
            TurnLimits(slots: limits.queriesAtOnce, share: limits.teamQueriesAtOnce),
            of: "data queries",
            named: "queries",
            metrics: metrics
        )
        work = Turns(
            TurnLimits(slots: limits.workThreads, share: max(1, limits.workThreads - 1), patience: .seconds(30)),
            of: "large bodies and previews",
            named: "work",
            metrics: metrics
        )
        let memory = max(2, limits.bodyMemory / Self.bodySlot)
        bodies = Turns(
            TurnLimits(slots: memory, share: memory / 2, patience: limits.bodyPatience),
            of: "large bodies",
            named: "bodies",
            metrics: metrics
        )
        rates = Rates(instant: instant, metrics: metrics)
        caps = Caps(metrics: metrics)
        threads = WorkThreads(count: limits.workThreads)
    }

    /// Does long work in the party's turn, on threads of its own.
    public func compute<Value: Sendable>(
        _ party: Party,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await work.pass(party) { try await threads.run(body) }
    }

    /// Takes in a body that will have so many bytes, as far as can be told, when there is room for it. Small ones always find
    /// some.
    public func taking<Value>(
        _ bytes: Int,
        of party: Party,
        _ body: () async throws -> Value
    ) async throws -> Value {
        guard bytes > Self.smallBody else { return try await body() }
        return try await bodies.pass(party, slots: (bytes + Self.bodySlot - 1) / Self.bodySlot, body)
    }

    /// A place for a body that becomes larger than could be told: a few at once, as they were not waited for.
    public func placeForGrowth(_ party: Party) throws(DashError) -> Caps.Place {
        let kind = "large bodies of unknown size"
        return try caps.enter([Cap(kind, of: party, limit: 4), Cap(kind, of: .node, limit: 16)])
    }

    private static let bodySlot = 64 << 10
    private static let smallBody = 32 << 10
}
