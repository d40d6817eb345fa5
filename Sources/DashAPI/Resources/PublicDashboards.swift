import DashJSON
import DashModel
public import DashStorage
import FoundationEssentials
import Synchronization

/// Dashboards that anybody with their link may see. Those that are visited are remembered, so that visits cost no query;
/// `forget` makes a change count at once on this node.
public final class PublicDashboards: Sendable {
    private struct State {
        var known: [String: (dashboard: PublicDashboard, readAt: ContinuousClock.Instant)] = [:]
        /// Counts calls of `forget`: what was read from the store before one is not remembered after it.
        var generation = 0
    }

    private let store: Store
    private let state = Mutex(State())

    /// Read again after so long, in case a change on another node was not told.
    private static let memory = Duration.seconds(5)
    private static let capacity = 1_000

    public init(store: Store) { self.store = store }

    /// The shared dashboard behind a link's token; nil when there is none (any more).
    public func dashboard(token: String) async throws -> PublicDashboard? {
        guard token.utf8.count == 43 else { return nil }
        let hash = SecretToken.hash(token)
        let (known, generation) = state.withLock { ($0.known[hash], $0.generation) }
        if let known, .now - known.readAt < Self.memory { return known.dashboard }
        let read = try await read(hash)
        state.withLock { state in
            guard state.generation == generation else { return }
            if state.known.count >= Self.capacity { state.known.removeAll(keepingCapacity: true) }
            state.known[hash] = read.map { ($0, .now) }
        }
        return read
    }

    /// A row was written or deleted: dashboards, widgets and teams are read again from now on.
    public func forget(_ resource: String) {
        guard Self.resources.contains(resource) else { return }
        forgetAll()
    }

    public func forgetAll() {
        state.withLock { state in
            state.known.removeAll(keepingCapacity: true)
            state.generation += 1
        }
    }

    private static let resources: Set<String> = [
        Resources.dashboards.name, Resources.widgets.name, Resources.teams.name,
    ]

    private func read(_ hash: String) async throws -> PublicDashboard? {
        let query = ResourceQuery(
            filters: [.init("public_token", .eq, .string(hash)), .init("is_public", .eq, true)],
            limit: 1
        )
        guard let row = try await store.resources.list(Resources.dashboards, query, in: .system).rows.first,
            let stored = row.string("public_token"), ConstantTime.equal(stored, hash), row.bool("is_public"),
            let team = row.uuid("team_id")
        else { return nil }
        let here = ResourceQuery(
            filters: [.init("dashboard_id", .eq, .string(row.id.text))],
            sort: [.init("inserted_at")],
            limit: 1_000
        )
        var dashboard = row
        dashboard.values["public_token"] = nil
        let widgets = try await store.resources.list(Resources.widgets, here, in: .team(team)).rows
        return PublicDashboard(team: team, dashboard: dashboard, widgets: widgets, tokenHash: hash)
    }
}
