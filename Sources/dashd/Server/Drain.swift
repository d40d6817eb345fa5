import DashStorage
import DashWeb
import ServiceLifecycle
import Synchronization

/// The first part to hear of a shutdown: it says "not ready" for a while before anything stops, so that a load balancer
/// sends no more requests.
final class Drain: Service {
    private let period: Duration
    private let isDraining = Atomic(false)

    init(period: Duration) { self.period = period }

    func run() async throws {
        try? await gracefulShutdown()
        isDraining.store(true, ordering: .releasing)
        try? await ContinuousClock().sleep(for: period)
    }

    func readiness(of engine: Engine) async -> Readiness {
        if isDraining.load(ordering: .acquiring) {
            return Readiness(isReady: false, checks: [(name: "draining", state: "yes")])
        }
        do {
            try await engine.store.engine.ping()
            return Readiness(isReady: true, checks: [(name: "store", state: "ok")] + engine.checks())
        } catch {
            return Readiness(isReady: false, checks: [(name: "store", state: "no answer")] + engine.checks())
        }
    }
}
