import DashModel
import DashStorage
import Dispatch
import Logging
import Synchronization

/// Connections to one server, lent one at a time.
final class PostgresPool: Sendable {
    private typealias State = PoolState<ObjectIdentifier, UInt64>

    private struct Guarded {
        var state: State
        var sessions: [ObjectIdentifier: PostgresSession] = [:]
        var waiters: [UInt64: CheckedContinuation<Lent, any Error>] = [:]
        var nextWaiter: UInt64 = 0
        /// Whether the next look for those who waited too long is planned.
        var isSweepPlanned = false
        var waited = Duration.zero
        var served = 0
    }

    /// What a waiter gets: a connection, or the task to open one.
    private enum Lent: Sendable {
        case session(PostgresSession)
        case open
    }

    let name: String
    let server: PostgresServer
    private let logger: Logger
    private let guarded: Mutex<Guarded>

    init(name: String, server: PostgresServer, connections: Int, tuning: PostgresTuning, logger: Logger) {
        self.name = name
        self.server = server
        self.logger = logger
        let limits = State.Limits(
            connections: max(1, connections),
            queueTarget: tuning.queueTarget,
            queueInterval: tuning.queueInterval,
            longestWait: tuning.queueTarget + tuning.queueInterval * 2
        )
        guarded = Mutex(Guarded(state: State(limits: limits)))
    }

    /// Lends a connection to the closure. Throws `DashError` `.unavailable` when none is to be had in time, `SQLError`
    /// when the server refuses the connection.
    func withConnection<Value: Sendable>(
        isCancellable: Bool = false,
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        while true {
            let session = try await lend(isCancellable)
            let use = await withTaskCancellationHandler {
                await session.use(isCancellable: isCancellable, body)
            } onCancel: {
                if isCancellable { session.interruption.interrupt() }
            }
            switch use {
            case .broken: giveBack(session, isUsable: false)
            case .done(let result, let isUsable):
                giveBack(session, isUsable: isUsable)
                if isCancellable, Task.isCancelled, case .failure = result { throw CancellationError() }
                return try result.get()
            }
        }
    }

    var statistics: PoolStatistics {
        guarded.withLock {
            PoolStatistics(
                name: name,
                connections: $0.state.size,
                idle: $0.state.idle.count,
                waiting: $0.state.waiterCount,
                served: $0.served,
                waited: $0.waited,
                refused: $0.state.refusals
            )
        }
    }

    /// Asks the idle connections for a sign of life, so that a broken one is found before somebody needs it.
    func checkIdle() async {
        let sessions = guarded.withLock { guarded in
            guarded.state.takeIdle().compactMap { guarded.sessions[$0] }
        }
        for session in sessions { giveBack(session, isUsable: await session.isAlive()) }
    }

    func close() async {
        let (sessions, waiters) = guarded.withLock { guarded in
            let (idle, waiting) = guarded.state.close()
            return (
                idle.compactMap { guarded.sessions.removeValue(forKey: $0) },
                waiting.compactMap { guarded.waiters.removeValue(forKey: $0) }
            )
        }
        for waiter in waiters { waiter.resume(throwing: Self.error(of: .closed, server)) }
        for session in sessions { await session.close() }
    }

    private func lend(_ isCancellable: Bool) async throws -> PostgresSession {
        let started = ContinuousClock.now
        while true {
            if isCancellable { try Task.checkCancellation() }
            let lent: Lent
            if let ready = try request(nil, started, nil) {
                lent = ready
            } else {
                lent = try await wait(since: started, isCancellable)
                guarded.withLock { $0.waited += ContinuousClock.now - started }
            }
            switch lent {
            case .session(let session): return session
            case .open: if let session = try await open() { return session }
            }
        }
    }

    /// nil: it has to wait, and `continuation` is kept when there is one.
    private func request(
        _ waiter: UInt64?,
        _ since: ContinuousClock.Instant,
        _ continuation: CheckedContinuation<Lent, any Error>?
    ) throws -> Lent? {
        let answer = guarded.withLock { guarded -> Result<Lent?, any Error> in
            switch guarded.state.request(waiter, since: since, now: .now) {
            case .lend(let id):
                guarded.served += 1
                return .success(guarded.sessions[id].map(Lent.session))
            case .open:
                guarded.served += 1
                return .success(.open)
            case .wait:
                if let waiter {
                    guarded.waiters[waiter] = continuation
                    planSweep(&guarded)
                }
                return .success(nil)
            case .refuse(let refusal): return .failure(Self.error(of: refusal, server))
            }
        }
        return try answer.get()
    }

    private func wait(since started: ContinuousClock.Instant, _ isCancellable: Bool) async throws -> Lent {
        let waiter = guarded.withLock { guarded in
            guarded.nextWaiter += 1
            return guarded.nextWaiter
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                do {
                    if let lent = try request(waiter, started, continuation) { continuation.resume(returning: lent) }
                } catch {
                    continuation.resume(throwing: error)
                }
                // The cancellation may have come before there was anybody in the queue to take out.
                if isCancellable, Task.isCancelled { leaveQueue(waiter) }
            }
        } onCancel: {
            if isCancellable { leaveQueue(waiter) }
        }
    }

    private func leaveQueue(_ waiter: UInt64) {
        let continuation = guarded.withLock { guarded in
            guarded.state.giveUp(waiter) ? guarded.waiters.removeValue(forKey: waiter) : nil
        }
        continuation?.resume(throwing: CancellationError())
    }

    /// One timer for the whole queue, and none while it is empty.
    private func planSweep(_ guarded: inout Guarded) {
        guard !guarded.isSweepPlanned, let time = guarded.state.nextExpiry else { return }
        guarded.isSweepPlanned = true
        let pause = max(.zero, time - .now)
        DispatchQueue.global().asyncAfter(deadline: .now() + .microseconds(Int(pause / .microseconds(1)) + 1)) {
            [weak self] in
            self?.sweep()
        }
    }

    private func sweep() {
        let late = guarded.withLock { guarded in
            guarded.isSweepPlanned = false
            let late = guarded.state.expire(now: .now).compactMap { guarded.waiters.removeValue(forKey: $0) }
            planSweep(&guarded)
            return late
        }
        for waiter in late { waiter.resume(throwing: Self.error(of: .overloaded(retryAfter: .seconds(1)), server)) }
    }

    /// nil: it was not possible, and waiting for one that is lent is better than giving up.
    private func open() async throws -> PostgresSession? {
        let session: PostgresSession
        do {
            session = try await PostgresSession.open(server)
        } catch {
            let waiters = guarded.withLock { guarded in
                guarded.state.openFailed(now: .now).map { $0.compactMap { guarded.waiters.removeValue(forKey: $0) } }
            }
            logger.warning(
                "no connection to the database",
                metadata: ["pool": "\(name)", "reason": "\(String(reflecting: error))"]
            )
            guard let waiters else { return nil }
            for waiter in waiters { waiter.resume(throwing: error) }
            throw error
        }
        let isWanted = guarded.withLock { guarded in
            let isWanted = guarded.state.opened(ObjectIdentifier(session), now: .now)
            if isWanted { guarded.sessions[ObjectIdentifier(session)] = session }
            return isWanted
        }
        if isWanted { return session }
        await session.close()
        throw Self.error(of: .closed, server)
    }

    /// A session that is not kept is closed with its last reference.
    private func giveBack(_ session: PostgresSession, isUsable: Bool) {
        let (waiter, lent) = guarded.withLock { guarded -> (CheckedContinuation<Lent, any Error>?, Lent) in
            let id = ObjectIdentifier(session)
            switch guarded.state.giveBack(id, isUsable: isUsable, now: .now) {
            case .keep: return (nil, .open)
            case .close:
                guarded.sessions[id] = nil
                return (nil, .open)
            case .lend(let waiter):
                guarded.served += 1
                return (guarded.waiters.removeValue(forKey: waiter), .session(session))
            case .closeAndOpen(let waiter):
                guarded.sessions[id] = nil
                guarded.served += 1
                return (guarded.waiters.removeValue(forKey: waiter), .open)
            }
        }
        waiter?.resume(returning: lent)
    }

    private static func error(of refusal: State.Refusal, _ server: PostgresServer) -> DashError {
        switch refusal {
        case .overloaded(let pause):
            DashError(.unavailable, "Every connection to the database is busy.", retryAfter: pause)
        case .unreachable(let pause):
            DashError(
                .unavailable,
                "The database at \(server.name) can't be reached.",
                retryAfter: max(.seconds(1), pause)
            )
        case .closed: DashError(.unavailable, "The server is shutting down.")
        }
    }
}
