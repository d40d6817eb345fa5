public import DashModel
import Synchronization

/// Leases of a single node: always granted to the first who asks, and given up when they run out.
public final class MemoryLease: Lease {
    private struct Grant {
        var holder: String
        var endsAt: Timestamp
        var token: Int64
    }

    private struct State {
        var grants: [String: Grant] = [:]
        var lastToken: Int64 = 0
    }

    private let clock: any WallClock
    private let state = Mutex(State())

    public init(clock: any WallClock = SystemClock()) { self.clock = clock }

    public func acquire(_ name: String, holder: String, for duration: Duration) async throws -> Int64? {
        let now = clock.now
        return state.withLock { state in
            if var grant = state.grants[name], grant.endsAt > now {
                guard grant.holder == holder else { return nil }
                grant.endsAt = now + duration
                state.grants[name] = grant
                return grant.token
            }
            state.lastToken += 1
            state.grants[name] = Grant(holder: holder, endsAt: now + duration, token: state.lastToken)
            return state.lastToken
        }
    }

    public func renew(_ name: String, holder: String, for duration: Duration) async throws -> Bool {
        let now = clock.now
        return state.withLock { state in
            guard let grant = state.grants[name], grant.holder == holder, grant.endsAt > now else { return false }
            state.grants[name]?.endsAt = now + duration
            return true
        }
    }

    public func release(_ name: String, holder: String) async throws {
        state.withLock { state in
            guard state.grants[name]?.holder == holder else { return }
            state.grants[name] = nil
        }
    }
}
