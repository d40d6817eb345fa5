import DashModel
public import FoundationEssentials

extension SQLRollupStore {
    public func fill(_ field: String, of pipeline: UUID, limit: Int) async throws -> Bool {
        guard let known = RolledFields.Field(field) else { return false }
        guard let place = try await place(of: field, of: pipeline) else { return false }
        let stretch = FillStretch(
            pipeline: pipeline,
            below: place.boundary,
            before: place.filledTo,
            limit: max(limit, 1)
        )
        // Read before the transaction, which then holds up nobody while it does.
        let filled = try await records.minutes(of: known, over: stretch)
        return try await database.write { connection in
            // Whoever comes first moves the place on; what another has read meanwhile counts no more.
            let row: SQLStatement = """
                pipeline_id = \(pipeline) AND field = \(field) AND state = 'filling' AND NOT has_other_values \
                AND boundary_id = \(place.boundary) AND coalesce(filled_to, \(Timestamp.epoch)) = \(place.filledTo ?? .epoch)
                """
            guard let summaries = filled.summaries else {
                try connection.execute("UPDATE rolled_fields SET has_other_values = TRUE WHERE \(row)")
                return false
            }
            let change: SQLStatement =
                filled.start.map { "filled_to = \($0)" } ?? "state = 'ready'"
            guard try connection.execute("UPDATE rolled_fields SET \(change) WHERE \(row)") > 0 else {
                return try Self.isFilling(field, of: pipeline, on: connection)
            }
            var rows = RollupRows()
            for (minute, summary) in summaries { rows.add(summary, pipeline: pipeline, field: field, at: minute) }
            try connection.execute(all: rows.statements())
            return filled.start != nil
        }
    }

    /// How far the filling is; nil when there is nothing to fill.
    private func place(of field: String, of pipeline: UUID) async throws -> (boundary: Int64, filledTo: Timestamp?)? {
        // A transaction that writes: a replica may not know yet what was registered a moment ago.
        try await database.write { connection in
            let row = try connection.fetchOne(
                """
                SELECT boundary_id, filled_to FROM rolled_fields WHERE pipeline_id = \(pipeline) AND field = \(field) \
                AND state = 'filling' AND NOT has_other_values
                """
            )
            return row?.int(0).map { ($0, row?.timestamp(1)) }
        }
    }

    private static func isFilling(_ field: String, of pipeline: UUID, on connection: any SQLConnection) throws -> Bool {
        try connection.fetchOne(
            """
            SELECT 1 FROM rolled_fields WHERE pipeline_id = \(pipeline) AND field = \(field) \
            AND state = 'filling' AND NOT has_other_values
            """
        ) != nil
    }
}
