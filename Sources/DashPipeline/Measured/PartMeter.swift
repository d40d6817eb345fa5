import DashModel

/// What one part of a store costs: calls, the time they take, rows, and those that fail.
struct PartMeter: Sendable {
    private let calls: Counter
    private let microseconds: Counter
    private let failures: Counter
    private let rows: Counter

    init(_ part: String, in registry: MetricsRegistry) {
        let labels = [("part", part)]
        calls = registry.counter("dash_store_calls_total", "Calls of a part of the store.", labels: labels)
        failures = registry.counter("dash_store_failures_total", "Calls that failed.", labels: labels)
        rows = registry.counter("dash_store_rows_total", "Rows that were read or written.", labels: labels)
        let microseconds = Counter()
        self.microseconds = microseconds
        registry.reading("dash_store_seconds_total", "Time that calls took.", labels: labels, isRising: true) {
            Double(microseconds.value) / 1_000_000
        }
    }

    /// Measures a call; `count` tells how many rows its answer stands for.
    func measure<Value>(
        _ body: () async throws -> Value,
        rows count: (Value) -> Int = { _ in 0 }
    ) async throws -> Value {
        let started = ContinuousClock.now
        defer {
            calls.add(1)
            microseconds.add(Int((ContinuousClock.now - started).microseconds))
        }
        do {
            let value = try await body()
            rows.add(count(value))
            return value
        } catch {
            if !(error is CancellationError) { failures.add(1) }
            throw error
        }
    }
}
