import DashModel
import DashStorage
import FoundationEssentials

/// Everything that a group's decisions need to know, asked in one round trip; what is locked stays so until the commit.
struct CommitQuestions {
    enum Topic {
        case pipelines, ids, rolledFields, claims, answers
        case fence(Fence, of: UUID)
    }

    private(set) var topics: [Topic] = []
    private(set) var statements: [SQLStatement] = []
    /// The requests whose keys this group claims, each once.
    let requests: [IdempotencyScope]

    init(_ group: [BatchCommit], now: Timestamp) {
        var seen: Set<IdempotencyScope> = []
        var claims: [(request: IdempotencyScope, answer: Settlement.Request)] = []
        for part in group {
            for answer in part.settles.requests {
                let request = IdempotencyScope(pipeline: part.batch.pipeline, key: answer.key)
                if seen.insert(request).inserted { claims.append((request, answer)) }
            }
        }
        claims.sort { ($0.request.pipeline, $0.request.key) < ($1.request.pipeline, $1.request.key) }
        requests = claims.map(\.request)
        let pipelines = SQLValue.array(.uuid, Set(group.map(\.batch.pipeline)).map(SQLValue.uuid))
        ask(.pipelines, Self.pipelines(pipelines))
        let count = group.reduce(0) { $0 + $1.batch.records.count }
        // Ids and rolled-up fields are asked for only once the pipelines are held: a field's roll-ups begin with an id.
        if count > 0 { ask(.ids, "SELECT take_record_ids(\(count))") }
        if count > 0 { ask(.rolledFields, "\(RolledFields.selection) AND pipeline_id = ANY(\(pipelines))") }
        askForFences(of: group)
        if !claims.isEmpty { askForKeys(claims, now) }
    }

    /// Rows are held in one order by every node, so that no two wait for each other.
    private mutating func askForFences(of group: [BatchCommit]) {
        let fences = group.flatMap { part in part.settles.fences.map { (fence: $0, pipeline: part.batch.pipeline) } }
        for (fence, pipeline) in fences.sorted(by: { $0.fence.isHeldBefore($1.fence) }) {
            ask(.fence(fence, of: pipeline), fence.question(of: pipeline, in: PostgresDialect()))
        }
    }

    private mutating func ask(_ topic: Topic, _ statement: SQLStatement) {
        topics.append(topic)
        statements.append(statement)
    }

    /// The lock keeps a pipeline from being deleted, or given new roll-ups, under a commit that does not know of it.
    private static func pipelines(_ list: SQLValue) -> SQLStatement {
        """
        SELECT p.id, t.id, t.storage_limit_gb, t.storage_used_bytes FROM pipelines AS p \
        JOIN teams AS t ON t.id = p.team_id WHERE p.id = ANY(\(list)) ORDER BY p.id FOR KEY SHARE OF p
        """
    }

    /// A key is claimed by inserting it, so that the same request at another node waits for this one's end; only then
    /// are those looked up that somebody had before.
    private mutating func askForKeys(
        _ claims: [(request: IdempotencyScope, answer: Settlement.Request)],
        _ now: Timestamp
    ) {
        let pipelines = SQLValue.array(.uuid, claims.map { .uuid($0.request.pipeline) })
        let keys = SQLValue.array(.text, claims.map { .text($0.request.key) })
        let ids = SQLValue.array(.uuid, claims.map { _ in .uuid(.v7(at: now)) })
        let accepted = SQLValue.array(.integer, claims.map { .integer(Int64($0.answer.accepted)) })
        let quarantined = SQLValue.array(.integer, claims.map { .integer(Int64($0.answer.quarantined)) })
        let duplicates = SQLValue.array(.integer, claims.map { .integer(Int64($0.answer.duplicates)) })
        let expired = now - GroupCommit.memory
        ask(
            .claims,
            """
            INSERT INTO idempotency_keys (id, pipeline_id, key, accepted, quarantined, duplicates, inserted_at) \
            SELECT v.*, \(now) \
            FROM unnest(\(ids), \(pipelines), \(keys), \(accepted), \(quarantined), \(duplicates)) AS v \
            ON CONFLICT (pipeline_id, key) DO UPDATE SET accepted = excluded.accepted, \
            quarantined = excluded.quarantined, duplicates = excluded.duplicates, inserted_at = excluded.inserted_at \
            WHERE idempotency_keys.inserted_at <= \(expired) RETURNING pipeline_id, key
            """
        )
        ask(
            .answers,
            """
            SELECT k.pipeline_id, k.key, k.accepted, k.quarantined, k.duplicates FROM idempotency_keys AS k \
            JOIN unnest(\(pipelines), \(keys)) AS v (pipeline_id, key) \
            ON k.pipeline_id = v.pipeline_id AND k.key = v.key
            """
        )
    }
}
