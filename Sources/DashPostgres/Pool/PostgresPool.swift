import DashModel
import DashStorage
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
    /// Nobody waits longer than this.
    private let longestWait: Duration

    init(name: String, server: PostgresServer, connections: Int, tuning: PostgresTuning, logger: Logger) {
        self.name = name
        self.server = server
        self.logger = logger
        longestWait = tuning.queueTarget + tuning.queueInterval * 2
        let limits = State.Limits(
            connections: max(1, connections),
            queueTarget: tuning.queueTarget,
            queueInterval: tuning.queueInterval
        )
        guarded = Mutex(Guarded(state: State(limits: limits)))
    }

    /// Lends a connection to the closure. Throws `DashError` `.unavailable` when none is to be had in time, `SQLError`
    /// when the server refuses the connection.
    func withConnection<Value: Sendable>(
        isCancellable: Bool = false,
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        let session = try await lend()
        do {
            let value = try await withTaskCancellationHandler {
                try await session.run(isCancellable: isCancellable, body)
            } onCancel: {
                if isCancellable { session.interruption.interrupt() }
            }
            await giveBack(session)
            return value
        } catch {
            await giveBack(session)
            throw error
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
        for session in sessions { await giveBack(session) }
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

    private func lend() async throws -> PostgresSession {
        while true {
            let session: PostgresSession
            switch try await take() {
            case .session(let lent): session = lent
            case .open: session = try await open()
            }
            if await session.isAlive() { return session }
            await giveBack(session)
        }
    }

    private func take() async throws -> Lent {
        let started = ContinuousClock.now
        if let lent = try request(nil, started, nil) { return lent }
        let lent = try await wait(since: started)
        guarded.withLock { $0.waited += ContinuousClock.now - started }
        return lent
    }

    /// nil: it has to wait, and `continuation` is kept when there is one.
    private func request(
        _ waiter: UInt64?,
        _ now: ContinuousClock.Instant,
        _ continuation: CheckedContinuation<Lent, any Error>?
    ) throws -> Lent? {
        let answer = guarded.withLock { guarded -> Result<Lent?, any Error> in
            switch guarded.state.request(waiter, now: now) {
            case .lend(let id):
                guarded.served += 1
                return .success(guarded.sessions[id].map(Lent.session))
            case .open:
                guarded.served += 1
                return .success(.open)
            case .wait:
                if let waiter { guarded.waiters[waiter] = continuation }
                return .success(nil)
            case .refuse(let refusal): return .failure(Self.error(of: refusal, server))
            }
        }
        return try answer.get()
    }

    private func wait(since started: ContinuousClock.Instant) async throws -> Lent {
        let waiter = guarded.withLock { guarded in
            guarded.nextWaiter += 1
            return guarded.nextWaiter
        }
        return try await withThrowingTaskGroup(of: Lent?.self) { group in
            group.addTask {
                try await withCheckedThrowingContinuation { continuation in
                    do {
                        guard let lent = try self.request(waiter, started, continuation) else { return }
                        continuation.resume(returning: lent)
                    } catch {
                        continuation.resume(throwing: error)
                    }
                }
            }
            group.addTask {
                // Ends early when the one who waits is cancelled.
                try? await ContinuousClock().sleep(for: self.longestWait)
                self.giveUp(waiter)
                return nil
            }
            defer { group.cancelAll() }
            while let lent = try await group.next() {
                if let lent { return lent }
            }
            throw Self.error(of: .overloaded(retryAfter: .seconds(1)), server)
        }
    }

    private func giveUp(_ waiter: UInt64) {
        let continuation = guarded.withLock { guarded in
            guarded.state.giveUp(waiter) ? guarded.waiters.removeValue(forKey: waiter) : nil
        }
        continuation?.resume(throwing: Self.error(of: .overloaded(retryAfter: .seconds(1)), server))
    }

    private func open() async throws -> PostgresSession {
        do {
            let session = try await PostgresSession.open(server)
            let isWanted = guarded.withLock { guarded in
                guarded.sessions[ObjectIdentifier(session)] = session
                return guarded.state.opened(ObjectIdentifier(session), now: .now)
            }
            if isWanted { return session }
            await forget(session)
            throw Self.error(of: .closed, server)
        } catch let error as SQLError {
            let waiters = guarded.withLock { guarded in
                guarded.state.openFailed(now: .now).compactMap { guarded.waiters.removeValue(forKey: $0) }
            }
            logger.warning("no connection to the database", metadata: ["pool": "\(name)", "reason": "\(error)"])
            for waiter in waiters { waiter.resume(throwing: error) }
            throw error
        }
    }

    private func giveBack(_ session: PostgresSession) async {
        let isUsable = await session.isAlive()
        let (next, closes) = guarded.withLock { guarded -> (resumption: (() -> Void)?, closes: Bool) in
            let id = ObjectIdentifier(session)
            switch guarded.state.giveBack(id, isUsable: isUsable, now: .now) {
            case .keep: return (nil, false)
            case .close: return (nil, true)
            case .lend(let waiter):
                let continuation = guarded.waiters.removeValue(forKey: waiter)
                guarded.served += 1
                return ({ continuation?.resume(returning: .session(session)) }, false)
            case .closeAndOpen(let waiter):
                let continuation = guarded.waiters.removeValue(forKey: waiter)
                guarded.served += 1
                return ({ continuation?.resume(returning: .open) }, true)
            }
        }
        if closes { await forget(session) }
        next?()
    }

    private func forget(_ session: PostgresSession) async {
        guarded.withLock { _ = $0.sessions.removeValue(forKey: ObjectIdentifier(session)) }
        await session.close()
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
