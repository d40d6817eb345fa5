import DashModel
import DashStorage
import FoundationEssentials

/// Whose job comes next: by priority, and among equals the team that has the fewest running.
struct JobTurns {
    let queue: String
    let now: Timestamp
    let connection: any SQLConnection

    /// As the partial indexes spell it.
    static let waiting: SQLStatement = "lease_token IS NULL AND finished_at IS NULL"

    func take(_ limit: Int) throws -> [UUID] {
        var waiting = try teams().map { try candidates(of: $0, limit) }.filter { !$0.jobs.isEmpty }
        var taken: [UUID] = []
        while taken.count < limit, let next = waiting.indices.min(by: { waiting[$0].rank < waiting[$1].rank }) {
            guard let job = waiting[next].take() else {
                waiting.remove(at: next)
                continue
            }
            taken.append(job)
            if waiting[next].jobs.isEmpty { waiting.remove(at: next) }
        }
        return taken
    }

    /// The teams with waiting jobs, found by hopping through the index; nil stands for Dash's own jobs.
    private func teams() throws -> [UUID?] {
        let rows = try connection.fetch(
            """
            WITH RECURSIVE team (id) AS (\
            SELECT min(team_id) FROM jobs WHERE queue = \(queue) AND \(Self.waiting) \
            UNION ALL SELECT (SELECT min(team_id) FROM jobs WHERE queue = \(queue) AND team_id > team.id \
            AND \(Self.waiting)) FROM team WHERE team.id IS NOT NULL) \
            SELECT id FROM team WHERE id IS NOT NULL
            """
        )
        return [nil] + rows.compactMap { $0.uuid(0) }
    }

    private func candidates(of team: UUID?, _ limit: Int) throws -> Candidates {
        let jobs = try connection.fetch(
            """
            SELECT id, priority, scheduled_at FROM jobs WHERE queue = \(queue) AND team_id IS \(team) \
            AND \(Self.waiting) AND scheduled_at <= \(now) ORDER BY priority, scheduled_at, id LIMIT \(limit)
            """
        )
        let running = try connection.fetchOne(
            "SELECT count(*) FROM jobs WHERE queue = \(queue) AND team_id IS \(team) AND lease_token IS NOT NULL"
        )
        return Candidates(
            jobs: jobs.compactMap { row in
                guard let id = row.uuid(0), let priority = row.int(1), let dueAt = row.int(2) else { return nil }
                return (id, priority, dueAt)
            }[...],
            running: running?.int(0) ?? 0
        )
    }

    /// A team's due jobs in order.
    private struct Candidates {
        var jobs: ArraySlice<(id: UUID, priority: Int64, dueAt: Int64)>
        var running: Int64

        /// The lowest goes first.
        var rank: (Int64, Int64, Int64) {
            jobs.first.map { ($0.priority, running, $0.dueAt) } ?? (.max, .max, .max)
        }

        mutating func take() -> UUID? {
            running += 1
            return jobs.popFirst()?.id
        }
    }
}
