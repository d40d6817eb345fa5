import DashJSON
public import DashModel
public import DashStorage
import FoundationEssentials
public import Logging
import Synchronization

/// Turns bearer tokens into principals. A good token is remembered for a few seconds, so that a stream of posts does not
/// ask the database once each; `forget` makes a change count at once on this node.
public final class TokenAuthenticator: Sendable {
    private struct Known {
        var principal: Principal
        var tokenID: UUID
        var expiresAt: Timestamp?
        var readAt: Timestamp
    }

    private struct State {
        /// By the token's hash.
        var known: [String: Known] = [:]
        /// Counts calls of `forget`: what was read from the store before one is not remembered after it.
        var generation = 0
        var uses: [UUID: Timestamp] = [:]
        var written: [UUID: Timestamp] = [:]
    }

    private let store: Store
    private let clock: any WallClock
    private let logger: Logger
    private let state = Mutex(State())

    static let memory: Duration = .seconds(5)
    static let useInterval: Duration = .seconds(60)
    /// Remembered tokens at most; past it all are read again.
    static let capacity = 10_000

    public init(store: Store, clock: any WallClock = SystemClock(), logger: Logger = Logger(label: "dash.tokens")) {
        self.store = store
        self.clock = clock
        self.logger = logger
    }

    /// The principal of a bearer token; nil for one that is unknown, expired or deleted.
    public func authenticate(_ bearer: String) async throws -> Principal? {
        guard SecretToken.hasShape(bearer) else { return nil }
        let now = clock.now
        let hash = SecretToken.hash(bearer)
        let (remembered, generation) = state.withLock { state in (state.known[hash], state.generation) }
        if let known = remembered, now - known.readAt < Self.memory {
            if let expiry = known.expiresAt, expiry <= now { return nil }
            state.withLock { $0.uses[known.tokenID] = now }
            return known.principal
        }
        guard let known = try await read(hash, now: now) else { return nil }
        state.withLock { state in
            if state.known.count >= Self.capacity { state.known.removeAll(keepingCapacity: true) }
            if state.generation == generation { state.known[hash] = known }
            state.uses[known.tokenID] = now
        }
        return known.principal
    }

    /// Reads all tokens again from now on: one was made, changed or deleted, or a team was.
    public func forget() {
        state.withLock { state in
            state.known.removeAll(keepingCapacity: true)
            state.generation += 1
        }
    }

    /// Writes `last_used_at` of the tokens used since the last call, each at most once a minute.
    public func recordUses() async {
        let now = clock.now
        let due = state.withLock { state in
            let due = state.uses.filter { id, _ in
                state.written[id].map { now - $0 >= Self.useInterval } ?? true
            }
            for id in due.keys {
                state.written[id] = now
                state.uses[id] = nil
            }
            // A token that was not used for an hour need not be remembered.
            state.written = state.written.filter { now - $0.value < .seconds(3_600) }
            return due
        }
        for (id, time) in due {
            let row = ResourceRow(id: id, values: ["last_used_at": .string(time.text)])
            do {
                try await store.resources.apply([.update(Resources.apiTokens, row)], in: .system)
            } catch let error as DashError where error.code == .notFound {
                continue
            } catch {
                logger.warning(
                    "A token's last use could not be written",
                    metadata: ["error": "\(String(reflecting: error))"]
                )
            }
        }
    }

    /// Writes uses down every few seconds until the task is cancelled.
    public func run() async {
        while !Task.isCancelled {
            // Sleeping ends early only by cancellation, which ends the loop.
            try? await Task.sleep(for: .seconds(10))
            await recordUses()
        }
    }

    private func read(_ hash: String, now: Timestamp) async throws -> Known? {
        let query = ResourceQuery(filters: [.init("token_hash", .eq, .string(hash))], limit: 1)
        guard let row = try await store.resources.list(Resources.apiTokens, query, in: .system).rows.first,
            let stored = row.string("token_hash"), ConstantTime.equal(stored, hash),
            let principal = Self.principal(of: row)
        else { return nil }
        let expiry = row.timestamp("expires_at")
        if let expiry, expiry <= now { return nil }
        return Known(principal: principal, tokenID: row.id, expiresAt: expiry, readAt: now)
    }

    /// As whom the token of a row acts.
    static func principal(of row: ResourceRow) -> Principal? {
        guard let team = row.uuid("team_id") else { return nil }
        let scopes = Set(
            (row["scopes"].arrayValue ?? []).compactMap { $0.stringValue.flatMap { TokenScope(text: $0) } }
        )
        return .token(row.id, team: team, scopes: scopes)
    }
}
