/// What every way in asks for its share: turns at work that is scarce, rates, caps of what lasts, threads for what takes long.
public final class Border: Sendable {
    public let limits: BorderLimits
    public let rateLimits: BorderRates
    /// Data queries, which hold a reader of the store each.
    public let queries: Turns
    /// Decoding, mapping and previews beyond a few milliseconds.
    public let work: Turns
    public let rates: Rates
    public let caps: Caps
    private let threads: WorkThreads

    public init(limits: BorderLimits = BorderLimits(), metrics: MetricsRegistry = MetricsRegistry()) {
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
        rates = Rates(metrics: metrics)
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
}
