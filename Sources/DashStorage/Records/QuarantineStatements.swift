import DashModel
package import FoundationEssentials

/// What both engines ask alike about the quarantine.
package enum QuarantineStatements {
    private static let columns: SQLStatement = "id, received_at, rule, field, reason, data"

    package static func counts(
        of pipeline: UUID,
        _ filter: QuarantineFilter,
        limit: Int,
        on connection: any SQLConnection
    ) throws -> [QuarantineCount] {
        let rows = try connection.fetch(
            """
            SELECT rule, field, reason, count(*), min(received_at), max(received_at) FROM quarantined_records \
            WHERE \(filter.condition(of: pipeline)) GROUP BY rule, field, reason \
            ORDER BY count(*) DESC, rule, field, reason LIMIT \(max(0, limit))
            """
        )
        return rows.map { row in
            QuarantineCount(
                rule: row.text(0) ?? "",
                field: row.text(1),
                reason: row.text(2) ?? "",
                count: Int(row.int(3) ?? 0),
                oldest: row.timestamp(4) ?? .epoch,
                newest: row.timestamp(5) ?? .epoch
            )
        }
    }

    package static func extent(
        of pipeline: UUID,
        _ filter: QuarantineFilter,
        on connection: any SQLConnection
    ) throws -> QuarantineExtent {
        let condition = filter.condition(of: pipeline)
        let count = try connection.fetchOne("SELECT count(*) FROM quarantined_records WHERE \(condition)")?.int(0) ?? 0
        let last = try connection.fetchOne(
            "SELECT id FROM quarantined_records WHERE \(condition) ORDER BY id DESC LIMIT 1"
        )
        return QuarantineExtent(count: Int(count), last: last?.uuid(0))
    }

    package static func page(
        of pipeline: UUID,
        _ filter: QuarantineFilter,
        after: UUID?,
        until: UUID?,
        limit: Int,
        on connection: any SQLConnection
    ) throws -> [QuarantineRow] {
        var statement: SQLStatement =
            "SELECT \(columns) FROM quarantined_records WHERE \(filter.condition(of: pipeline))"
        if let after { statement.append(" AND id > \(after)") }
        if let until { statement.append(" AND id <= \(until)") }
        statement.append(" ORDER BY id LIMIT \(max(0, limit))")
        return try rows(statement, on: connection)
    }

    package static func newest(
        of pipeline: UUID,
        _ filter: QuarantineFilter,
        limit: Int,
        on connection: any SQLConnection
    ) throws -> [QuarantineRow] {
        try rows(
            """
            SELECT \(columns) FROM quarantined_records WHERE \(filter.condition(of: pipeline)) \
            ORDER BY received_at DESC, id DESC LIMIT \(max(0, limit))
            """,
            on: connection
        )
    }

    package static func discard(of pipeline: UUID, _ filter: QuarantineFilter) -> SQLStatement {
        "DELETE FROM quarantined_records WHERE \(filter.condition(of: pipeline))"
    }

    private static func rows(_ statement: SQLStatement, on connection: any SQLConnection) throws -> [QuarantineRow] {
        try connection.fetch(statement).compactMap { row in
            guard let id = row.uuid(0) else { return nil }
            return QuarantineRow(
                id: id,
                receivedAt: row.timestamp(1) ?? .epoch,
                record: QuarantinedRecord(
                    rule: row.text(2) ?? "",
                    field: row.text(3),
                    reason: row.text(4) ?? "",
                    data: row.bytes(5) ?? []
                )
            )
        }
    }
}
