package import DashModel
package import FoundationEssentials

/// What engines do alike with deliveries.
package protocol SQLDeliveryStore: DeliveryStore {
    /// Reads what is newest: an older state may still show as due what another node has sent.
    var newest: any SQLDatabase { get }
    /// Reads for people, from wherever there is something to read.
    var anywhere: any SQLDatabase { get }
}

extension SQLDeliveryStore {
    package func next(
        of lane: BatchCommit.Lane,
        limit: Int,
        bytes: Int,
        now: Timestamp
    ) async throws -> [DueDelivery] {
        let statement = DeliveryStatements.next(of: lane, limit: limit)
        return try await newest.read { connection in
            // The order is kept: nothing passes a delivery that waits for its next try.
            var taken: Int64 = 0
            return try connection.fetch(statement).prefix { row in
                defer { taken += row.int(9) ?? 0 }
                return taken < bytes && row.timestamp(7).map { $0 <= now } ?? false
            }
            .map { try DeliveryStatements.delivery($0, lane) }
        }
    }

    package func backlog(of pipeline: UUID) async throws -> [LaneBacklog] {
        try await anywhere.read { try LaneBacklog.read(of: pipeline, on: $0) }
    }

    package func loads() async throws -> [LaneLoad] {
        try await newest.read { try $0.fetch(LaneLoad.question).compactMap { LaneLoad($0) } }
    }

    package func redrive(
        _ lane: BatchCommit.Lane,
        matching filter: DeadLetterFilter,
        now: Timestamp
    ) async throws -> Int {
        try await newest.write { try $0.execute(DeliveryStatements.redrive(lane, filter, now: now)) }
    }

    package func prune(before: Timestamp, limit: Int) async throws -> Int {
        try await newest.write { connection in
            try connection.deleteSome(
                of: "deliveries",
                "status <> 'pending' AND next_attempt_at < \(before) ORDER BY next_attempt_at",
                limit: limit
            )
        }
    }
}
