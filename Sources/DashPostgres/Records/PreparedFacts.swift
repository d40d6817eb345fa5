import DashModel
import DashStorage
import FoundationEssentials

/// The answers to `CommitQuestions`, by what they are asked for.
struct PreparedFacts: CommitFacts {
    private(set) var firstID: Int64 = 0
    private(set) var rolledFields = RolledFields([])
    private let unposted: [UUID: Int64]
    private var owners: [UUID: UUID] = [:]
    private var teams: [UUID: TeamStorage] = [:]
    private struct Held: Hashable {
        var fence: Fence
        var pipeline: UUID
    }

    private var held: Set<Held> = []
    /// Keys that this group was the first to bring.
    private var claimed: Set<IdempotencyScope> = []
    private var answers: [IdempotencyScope: CommitOutcome] = [:]

    /// `unposted` is what teams have stored on top of what their rows say.
    init(_ questions: CommitQuestions, _ results: [PostgresResult], unposted: [UUID: Int64]) {
        self.unposted = unposted
        for (topic, result) in zip(questions.topics, results) {
            switch topic {
            case .rolledFields: rolledFields = RolledFields(result.rows)
            case .fence(let fence, let pipeline):
                if result.rows.count == fence.rows.count { held.insert(Held(fence: fence, pipeline: pipeline)) }
            default: for row in result.rows { take(topic, row) }
            }
        }
    }

    private mutating func take(_ topic: CommitQuestions.Topic, _ row: SQLRow) {
        switch topic {
        case .pipelines:
            guard let pipeline = row.uuid(0), let team = row.uuid(1) else { return }
            owners[pipeline] = team
            teams[team] = TeamStorage(limitGB: row.int(2) ?? 0, used: (row.int(3) ?? 0) + (unposted[team] ?? 0))
        case .ids: firstID = row.int(0) ?? 0
        case .rolledFields, .fence: break
        case .claims:
            guard let request = Self.request(row) else { return }
            claimed.insert(request)
        case .answers:
            guard let request = Self.request(row), !claimed.contains(request) else { return }
            answers[request] = .repeated(
                accepted: Int(row.int(2) ?? 0),
                quarantined: Int(row.int(3) ?? 0),
                duplicates: Int(row.int(4) ?? 0)
            )
        }
    }

    func owner(of pipeline: UUID) -> UUID? { owners[pipeline] }

    func storage(of team: UUID) -> TeamStorage { teams[team] ?? TeamStorage(limitGB: 0, used: 0) }

    func answer(to request: IdempotencyScope) -> CommitOutcome? { answers[request] }

    func holds(_ fence: Fence, of pipeline: UUID) -> Bool { held.contains(Held(fence: fence, pipeline: pipeline)) }

    /// Gives the keys back whose parts were not saved after all, so that the sender may try again.
    func releases(claimsOf group: [BatchCommit], refused outcomes: [CommitOutcome]) -> [SQLStatement] {
        var kept: Set<IdempotencyScope> = []
        for (part, outcome) in zip(group, outcomes) {
            guard case .saved = outcome else { continue }
            for request in part.settles.requests {
                kept.insert(IdempotencyScope(pipeline: part.batch.pipeline, key: request.key))
            }
        }
        let free = claimed.subtracting(kept)
        guard !free.isEmpty else { return [] }
        let pipelines = SQLValue.array(.uuid, free.map { .uuid($0.pipeline) })
        let keys = SQLValue.array(.text, free.map { .text($0.key) })
        return [
            """
            DELETE FROM idempotency_keys AS k USING unnest(\(pipelines), \(keys)) AS v (pipeline_id, key) \
            WHERE k.pipeline_id = v.pipeline_id AND k.key = v.key
            """
        ]
    }

    private static func request(_ row: SQLRow) -> IdempotencyScope? {
        guard let pipeline = row.uuid(0), let key = row.text(1) else { return nil }
        return IdempotencyScope(pipeline: pipeline, key: key)
    }
}
