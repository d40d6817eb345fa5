import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// What entries change: each table in one statement. A pipeline that is gone by now has nothing to be added to but its
/// days, by which its storage is freed.
struct PostingStatements {
    private let entries: [CommitEntry]
    private let now: Timestamp

    init(_ entries: [CommitEntry], now: Timestamp) {
        self.entries = entries
        self.now = now
    }

    var all: [SQLStatement] { [days].compactMap { $0 } + RunStatements.upsert(runs, now: now) + counters + teams }

    private var runs: [(pipeline: UUID, team: UUID, row: RunRow)] {
        entries.flatMap { entry in
            entry.runs.values.sorted { $0.id < $1.id }
                .map { (entry.pipeline, entry.team, $0) }
        }
    }

    private var days: SQLStatement? {
        RecordDays.add(
            entries.flatMap { entry in
                entry.days.map { day, added in
                    RecordDays.Addition(
                        pipeline: entry.pipeline,
                        team: entry.team,
                        time: day,
                        rows: Int(added.rows),
                        bytes: added.bytes
                    )
                }
            }
        )
    }

    private var counters: [SQLStatement] {
        let counted = entries.filter { entry in !entry.ledger.isZero }
        guard !counted.isEmpty else { return [] }
        let names = LedgerEntry.allCases.map { SQLStatement.identifier($0.rawValue) }
        let columns = LedgerEntry.allCases.map { entry -> SQLStatement in
            "\(SQLValue.array(.integer, counted.map { .integer($0.ledger[entry]) }))"
        }
        let sums = names.map { name -> SQLStatement in "\(name) = pipeline_counters.\(name) + excluded.\(name)" }
        return [
            """
            INSERT INTO pipeline_counters (id, team_id, pipeline_id, inserted_at, updated_at, \
            \(names.joined(by: ", "))) SELECT v.id, v.team_id, v.pipeline_id, \(now), \(now), \
            \(names.map { name -> SQLStatement in "v.\(name)" }.joined(by: ", ")) FROM unnest(\
            \(SQLValue.array(.uuid, counted.map { _ in .uuid(.v7(at: now)) })), \
            \(SQLValue.array(.uuid, counted.map { .uuid($0.team) })), \
            \(SQLValue.array(.uuid, counted.map { .uuid($0.pipeline) })), \(columns.joined(by: ", "))) \
            AS v (id, team_id, pipeline_id, \(names.joined(by: ", "))) \
            WHERE EXISTS (SELECT 1 FROM pipelines AS p WHERE p.id = v.pipeline_id FOR KEY SHARE) \
            ON CONFLICT (pipeline_id) DO UPDATE SET \(sums.joined(by: ", ")), updated_at = excluded.updated_at
            """
        ]
    }

    /// The teams' rows come last, as every pipeline of a team writes there.
    private var teams: [SQLStatement] {
        let sums = entries.reduce(into: [UUID: Int64]()) { $0[$1.team, default: 0] += $1.storedBytes }
        let grown = sums.filter { $0.value != 0 }.sorted { $0.key < $1.key }
        guard !grown.isEmpty else { return [] }
        return [
            """
            UPDATE teams SET storage_used_bytes = storage_used_bytes + v.added \
            FROM unnest(\(SQLValue.array(.uuid, grown.map { .uuid($0.key) })), \
            \(SQLValue.array(.integer, grown.map { .integer($0.value) }))) AS v (id, added) \
            WHERE teams.id = v.id
            """
        ]
    }
}
