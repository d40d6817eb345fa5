import DashModel
public import DashPipeline
import Dispatch
public import Foundation
public import NIOCore
import Synchronization

/// Looks up all addresses of a host, each look-up on a thread of its own, since the call blocks for as long as a name
/// server stays silent. A team has a few at a time and its others wait their turn, so that names which nobody answers for
/// hold up only those who ask for them.
public final class HostResolver: HostResolving {
    /// A look-up ends when the system gives up, which may take longer than anybody waits for it.
    public static let usual = TurnLimits(slots: 64, share: 4, queue: 1_000, queueShare: 100, patience: .seconds(10))

    private struct LookUp: Sendable {
        var id: UInt64
        var host: String
        var team: UUID?
    }

    private struct State {
        var turns: TurnState<UUID?>
        var waiting: [UInt64: LookUp] = [:]
        var tickets: [UInt64: UInt64] = [:]
        /// Those who have not given up yet.
        var callers: [UInt64: CheckedContinuation<[SocketAddress], any Error>] = [:]
        var lastID: UInt64 = 0

        mutating func wait(_ lookUp: LookUp, _ ticket: UInt64) {
            waiting[ticket] = lookUp
            tickets[lookUp.id] = ticket
        }

        /// One that waited gives its place to a team that has fewer.
        mutating func displace(_ ticket: UInt64) -> Displaced? {
            guard let lookUp = waiting.removeValue(forKey: ticket) else { return nil }
            tickets[lookUp.id] = nil
            return callers.removeValue(forKey: lookUp.id).map { Displaced(host: lookUp.host, caller: $0) }
        }
    }

    private struct Displaced {
        var host: String
        var caller: CheckedContinuation<[SocketAddress], any Error>
    }

    private let names: any NameService
    private let limits: TurnLimits
    private let state: Mutex<State>

    public init(names: any NameService = SystemNames(), limits: TurnLimits = usual) {
        self.names = names
        self.limits = limits
        state = Mutex(State(turns: TurnState(limits)))
    }

    public func addresses(of host: String, for team: UUID?) async throws -> [SocketAddress] {
        let lookUp = state.withLock { state in
            state.lastID += 1
            return LookUp(id: state.lastID, host: host, team: team)
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { enter(lookUp, $0) }
        } onCancel: {
            leave(lookUp) { _ in CancellationError() }
        }
    }

    private func enter(_ lookUp: LookUp, _ caller: CheckedContinuation<[SocketAddress], any Error>) {
        let (entry, displaced) = state.withLock { state in
            let entry = state.turns.enter(lookUp.team, cost: Self.guess, now: .now)
            var displaced: Displaced?
            switch entry {
            case .refused: return (entry, displaced)
            case .go: break
            case .wait(let ticket): state.wait(lookUp, ticket)
            case .waitInstead(let ticket, of: let other):
                displaced = state.displace(other)
                state.wait(lookUp, ticket)
            }
            state.callers[lookUp.id] = caller
            return (entry, displaced)
        }
        if let displaced { displaced.caller.resume(throwing: refusal(of: displaced.host, true)) }
        if case .refused(let ofTeam) = entry { return caller.resume(throwing: refusal(of: lookUp.host, ofTeam)) }
        DispatchQueue.global().asyncAfter(deadline: .now() + .microseconds(Int(limits.patience.microseconds))) {
            [weak self] in
            guard let self else { return }
            leave(lookUp) { self.late(lookUp.host, waited: $0) }
        }
        if entry == .go { start(lookUp) }
        if Task.isCancelled { leave(lookUp) { _ in CancellationError() } }
    }

    /// Somebody waits no longer; `error` is told whether the look-up had not begun.
    private func leave(_ lookUp: LookUp, _ error: @Sendable (Bool) -> any Error) {
        let (caller, hasWaited) = state.withLock { state in
            let ticket = state.tickets.removeValue(forKey: lookUp.id)
            if let ticket, state.turns.giveUp(ticket) { state.waiting[ticket] = nil }
            return (state.callers.removeValue(forKey: lookUp.id), ticket != nil)
        }
        caller?.resume(throwing: error(hasWaited))
    }

    private func start(_ lookUp: LookUp) {
        let thread = Thread { [self] in
            let started = ContinuousClock.now
            let answer = names.lookUp(lookUp.host)
            end(lookUp, answer, after: ContinuousClock.now - started)
        }
        thread.stackSize = 1 << 20
        thread.start()
    }

    private func end(_ lookUp: LookUp, _ answer: NameAnswer, after duration: Duration) {
        let (caller, next) = state.withLock { state in
            let cost = max(1, Int(clamping: duration.microseconds))
            let next = state.turns.leave(lookUp.team, guessed: Self.guess, cost: cost)
                .compactMap { state.waiting.removeValue(forKey: $0) }
            for other in next { state.tickets[other.id] = nil }
            return (state.callers.removeValue(forKey: lookUp.id), next)
        }
        for other in next { start(other) }
        switch answer {
        case .found(let addresses): caller?.resume(returning: addresses)
        case .none:
            let message = "The host name \(lookUp.host) has no address: it does not exist, or is no server's name."
            caller?.resume(throwing: DashError(.unavailable, message))
        case .failed(let reason):
            let message = "The host name \(lookUp.host) can't be looked up: \(reason)."
            caller?.resume(throwing: DashError(.unavailable, message))
        }
    }

    /// In microseconds, until the look-up is over.
    private static let guess = 1_000

    private func late(_ host: String, waited: Bool) -> DashError {
        let seconds = limits.patience.components.seconds
        let reason =
            waited
            ? "\(limits.share) names of this team are looked up already, and nobody answers for them"
            : "no name server answers for it"
        return DashError(.unavailable, "The host name \(host) could not be looked up in \(seconds) s: \(reason).")
    }

    private func refusal(of host: String, _ ofTeam: Bool) -> DashError {
        let whose = ofTeam ? " of this team" : ""
        return DashError(
            ofTeam ? .rateLimited : .unavailable,
            "The host name \(host) was not looked up: too many others\(whose) wait for that already.",
            retryAfter: limits.patience
        )
    }
}
