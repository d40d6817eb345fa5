public import DashModel
import Synchronization

/// How many things that last each party has open.
public final class Caps: Sendable {
    private struct Key: Hashable {
        var kind: String
        var party: Party
    }

    private let counts = Mutex<[Key: Int]>([:])
    private let metrics: MetricsRegistry
    private let refused = Mutex<[Reached: Counter]>([:])

    private struct Reached: Hashable {
        var kind: String
        var whose: String
    }

    public init(metrics: MetricsRegistry = MetricsRegistry()) { self.metrics = metrics }

    /// Opens one more under all these caps, until `Place.leave()`. Throws `.rateLimited` with the cap that is reached;
    /// `.unavailable` for that of all together.
    public func enter(_ caps: [Cap]) throws(DashError) -> Place {
        let reached = counts.withLock { counts -> Cap? in
            let reached = caps.first { counts[Key(kind: $0.kind, party: $0.party), default: 0] >= $0.limit }
            if reached == nil { for cap in caps { counts[Key(kind: cap.kind, party: cap.party), default: 0] += 1 } }
            return reached
        }
        if let reached {
            count(reached)
            let code: DashError.Code = reached.party == .node ? .unavailable : .rateLimited
            throw DashError(code, Self.message(reached), retryAfter: .seconds(10))
        }
        return Place(self, caps)
    }

    public func count(of kind: String, _ party: Party) -> Int {
        counts.withLock { $0[Key(kind: kind, party: party)] ?? 0 }
    }

    /// One that is open; given back once, at the latest with the last reference.
    public final class Place: Sendable {
        private let caps: Caps
        private let held: Mutex<[Cap]>

        fileprivate init(_ caps: Caps, _ held: [Cap]) {
            self.caps = caps
            self.held = Mutex(held)
        }

        deinit { leave() }

        public func leave() {
            let left = held.withLock { held in
                defer { held = [] }
                return held
            }
            if !left.isEmpty { caps.leave(left) }
        }
    }

    private func leave(_ caps: [Cap]) {
        counts.withLock { counts in
            for cap in caps {
                let key = Key(kind: cap.kind, party: cap.party)
                counts[key] = counts[key].flatMap { $0 > 1 ? $0 - 1 : nil }
            }
        }
    }

    private func count(_ cap: Cap) {
        let key = Reached(kind: cap.kind, whose: Self.whose(cap.party).label)
        let counter = refused.withLock { refused in
            if let counter = refused[key] { return counter }
            let counter = metrics.counter(
                "dash_border_cap_refused_total",
                "What would have been one too many.",
                labels: [("kind", key.kind), ("of", key.whose)]
            )
            refused[key] = counter
            return counter
        }
        counter.add(1)
    }

    private static func message(_ cap: Cap) -> String {
        "\(whose(cap.party).name) has \(cap.limit) \(cap.kind) open, which is the most; close some first."
    }

    private static func whose(_ party: Party) -> (name: String, label: String) {
        switch party {
        case .team: ("The team", "team")
        case .token: ("The token", "token")
        case .address: ("This address", "address")
        case .network: ("This network", "network")
        case .link: ("This link", "link")
        case .person: ("This person", "person")
        case .node: ("The server", "all")
        }
    }
}
