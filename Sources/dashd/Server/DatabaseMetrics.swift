import DashPipeline
import DashPostgres

/// What the pools and the replicas of a PostgreSQL installation do, read when the metrics are.
struct DatabaseMetrics {
    let engine: PostgresEngine

    func register(in registry: MetricsRegistry) {
        for pool in engine.poolStatistics.map(\.name) { register(pool: pool, in: registry) }
        for replica in engine.replicaStates.map(\.name) { register(replica: replica, in: registry) }
    }

    private func register(pool name: String, in registry: MetricsRegistry) {
        let labels = [("pool", name)]
        func read(_ value: @escaping @Sendable (PoolStatistics) -> Double) -> @Sendable () -> Double {
            { [engine] in engine.poolStatistics.first { $0.name == name }.map(value) ?? 0 }
        }
        registry.reading(
            "dash_database_connections",
            "Connections that are open or being opened.",
            labels: labels,
            read { Double($0.connections) }
        )
        registry.reading(
            "dash_database_connections_idle",
            "Connections that nobody uses.",
            labels: labels,
            read { Double($0.idle) }
        )
        registry.reading(
            "dash_database_waiting",
            "Requests that wait for a connection.",
            labels: labels,
            read { Double($0.waiting) }
        )
        registry.reading(
            "dash_database_loans_total",
            "How often a connection was lent.",
            labels: labels,
            isRising: true,
            read { Double($0.served) }
        )
        registry.reading(
            "dash_database_wait_seconds_total",
            "How long was waited for connections in all.",
            labels: labels,
            isRising: true,
            read { $0.waited / .seconds(1) }
        )
        registry.reading(
            "dash_database_refused_total",
            "Requests that got no connection in time.",
            labels: labels,
            isRising: true,
            read { Double($0.refused) }
        )
    }

    private func register(replica name: String, in registry: MetricsRegistry) {
        let labels = [("replica", name)]
        func read(_ value: @escaping @Sendable (ReplicaState) -> Double) -> @Sendable () -> Double {
            { [engine] in engine.replicaStates.first { $0.name == name }.map(value) ?? 0 }
        }
        registry.reading(
            "dash_database_replica_serving",
            "Whether reads go to the replica.",
            labels: labels,
            read { $0.isServing ? 1 : 0 }
        )
        registry.reading(
            "dash_database_replica_lag_seconds",
            "How far the replica is behind; NaN when that is not known.",
            labels: labels,
            read { $0.lag.map { $0 / .seconds(1) } ?? .nan }
        )
    }
}
