import DashJSON
public import DashModel
public import DashStorage
import FoundationEssentials

/// Asks the store whether grants still hold, many at once.
public struct GrantReview: Sendable {
    /// What became of a grant.
    public enum Standing: Sendable, Hashable {
        /// Until then it holds, unless something changes.
        case holds(until: Timestamp?)
        case over
    }

    private let store: Store
    private let clock: any WallClock

    /// Rows of one question.
    private static let batch = 200

    public init(store: Store, clock: any WallClock = SystemClock()) {
        self.store = store
        self.clock = clock
    }

    public func standings(of grants: Set<Grant>) async throws -> [Grant: Standing] {
        var tokens: Set<UUID> = []
        var sessions: Set<UUID> = []
        var users: [UUID: Set<UUID>] = [:]
        for grant in grants {
            switch grant.basis {
            case .token(let id): tokens.insert(id)
            case .session(let id, let user):
                sessions.insert(id)
                users[grant.team, default: []].insert(user)
            }
        }
        let tokenRows = try await rows(Resources.apiTokens, "id", tokens)
        let sessionRows = try await rows(Resources.sessions, "id", sessions)
        var roles: [UUID: [UUID: Role]] = [:]
        for (team, users) in users { roles[team] = try await self.roles(of: users, in: team) }
        let now = clock.now
        return Dictionary(
            grants.map { grant in
                switch grant.basis {
                case .token(let id): (grant, token(tokenRows[id], grant, now))
                case .session(let id, let user):
                    (grant, session(sessionRows[id], of: user, roles[grant.team]?[user], grant, now))
                }
            },
            uniquingKeysWith: { first, _ in first }
        )
    }

    private func token(_ row: ResourceRow?, _ grant: Grant, _ now: Timestamp) -> Standing {
        guard let row, let principal = TokenAuthenticator.principal(of: row), principal.team == grant.team else {
            return .over
        }
        return standing(principal, grant, until: row.timestamp("expires_at"), now)
    }

    private func session(
        _ row: ResourceRow?,
        of user: UUID,
        _ role: Role?,
        _ grant: Grant,
        _ now: Timestamp
    ) -> Standing {
        guard let row, row.uuid("user_id") == user, let role, let end = row.timestamp("expires_at") else {
            return .over
        }
        return standing(.user(user, team: grant.team, role: role), grant, until: end, now)
    }

    private func standing(_ principal: Principal, _ grant: Grant, until end: Timestamp?, _ now: Timestamp) -> Standing {
        if let end, end <= now { return .over }
        return PolicyTable.allows(principal, grant.action, on: grant.resource) ? .holds(until: end) : .over
    }

    private func roles(of users: Set<UUID>, in team: UUID) async throws -> [UUID: Role] {
        let here: [ResourceQuery.Filter] = [
            .init("team_id", .eq, .string(team.text)), .init("active", .eq, true),
        ]
        let memberships = try await rows(Resources.memberships, "user_id", users, here)
        return memberships.compactMapValues { $0.string("role").flatMap(Role.init(rawValue:)) }
    }

    /// By what the column holds.
    private func rows(
        _ resource: Resource,
        _ column: String,
        _ ids: Set<UUID>,
        _ filters: [ResourceQuery.Filter] = []
    ) async throws -> [UUID: ResourceRow] {
        var found: [UUID: ResourceRow] = [:]
        var rest = Array(ids)[...]
        while !rest.isEmpty {
            let some = JSONValue.array(rest.prefix(Self.batch).map { .string($0.text) })
            rest = rest.dropFirst(Self.batch)
            let query = ResourceQuery(filters: filters + [.init(column, .in, some)], limit: Self.batch)
            for row in try await store.resources.list(resource, query, in: .system).rows {
                if let key = column == "id" ? row.id : row.uuid(column) { found[key] = row }
            }
        }
        return found
    }
}
