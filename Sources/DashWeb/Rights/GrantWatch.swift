public import DashAPI
public import DashExchange
public import DashModel
public import DashPipeline
import FoundationEssentials
public import Logging
public import ServiceLifecycle
import Synchronization

/// Ends what lasts when that ends by which it was allowed: a token that is revoked or runs out, a session that is over, a
/// membership that is gone or allows less, a deleted team. Changes on other nodes come by the exchange.
public final class GrantWatch: Service {
    private let review: GrantReview
    private let changes: Subscription
    private let clock: any WallClock
    private let logger: Logger
    private let ended: Counter
    private let ledger = Mutex(GrantLedger())
    private let wakeup = WakeSignal()

    /// How often ends are looked for that only time brings.
    private static let tick = Duration.milliseconds(250)
    /// How often everything is asked about, in case somebody changed it who tells nobody.
    private static let round = Duration.seconds(60)

    public init(
        review: GrantReview,
        pubsub: any PubSub,
        clock: any WallClock = SystemClock(),
        metrics: MetricsRegistry = MetricsRegistry(),
        logger: Logger
    ) {
        self.review = review
        self.clock = clock
        self.logger = logger
        ended = metrics.counter(
            "dash_grants_ended_total",
            "Streams and long requests that were ended with the right to them."
        )
        // From now on, not from `run()`: nothing that changes while the services start is missed.
        changes = pubsub.subscribe(to: [.resources], buffering: 1_024)
        metrics.reading("dash_grants_held", "Streams and long requests that end with the right to them.") {
            [weak self] in
            Double(self?.ledger.withLock { $0.holderCount } ?? 0)
        }
    }

    /// Has `end` called when the grant is over, until the hold is left.
    func hold(_ grant: Grant, end: @escaping @Sendable () -> Void) -> GrantHold {
        let id = ledger.withLock { $0.hold(grant, end: end) }
        wakeup.wake()
        return GrantHold { [weak self] in
            self?.ledger.withLock { $0.leave(id, grant) }
        }
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.follow() }
                group.addTask { await self.keepAsking() }
            }
        }
    }

    private func follow() async {
        for await element in changes {
            switch element {
            case .lagged: suspect { _ in true }
            case .event(.changed(let resource, let id, let team, _)): note(resource, id, team)
            case .event(.committed), .event(.advanced): continue
            }
        }
    }

    private func note(_ resource: String, _ id: UUID, _ team: UUID?) {
        switch resource {
        case Resources.apiTokens.name: suspect { $0.basis == .token(id) }
        case Resources.sessions.name: suspect { if case .session(id, _) = $0.basis { true } else { false } }
        case Resources.users.name: suspect { if case .session(_, user: id) = $0.basis { true } else { false } }
        case Resources.memberships.name: suspect { team == nil || $0.team == team }
        case Resources.teams.name: suspect { $0.team == id }
        default: break
        }
    }

    private func suspect(_ matches: (Grant) -> Bool) {
        ledger.withLock { $0.suspect(where: matches) }
        wakeup.wake()
    }

    private func keepAsking() async {
        var lastRound = ContinuousClock.now
        while !Task.isCancelled {
            if ledger.withLock({ $0.isEmpty }) { await wakeup.wait() } else { await wakeup.wait(for: Self.tick) }
            if .now - lastRound >= Self.round {
                lastRound = .now
                ledger.withLock { $0.suspect { _ in true } }
            }
            let due = ledger.withLock { $0.take(clock.now) }
            if !due.isEmpty { await ask(due) }
        }
    }

    private func ask(_ grants: Set<Grant>) async {
        do {
            for (grant, standing) in try await review.standings(of: grants) {
                switch standing {
                case .holds(let end): ledger.withLock { $0.note(grant, holdsUntil: end) }
                case .over:
                    let holders = ledger.withLock { $0.end(grant) }
                    ended.add(holders.count)
                    for end in holders { end() }
                }
            }
        } catch is CancellationError {
            return
        } catch {
            // While the store is away nobody can take a right away either: ask again.
            logger.warning("What is open could not be checked", metadata: ["error": "\(error)"])
            ledger.withLock { $0.suspect(grants) }
            // It ends early only by cancellation, which the loop sees.
            try? await Task.sleep(for: .seconds(1))
        }
    }
}
