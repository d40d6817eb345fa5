import DashJSON
import DashModel
import FoundationEssentials

/// Writes changes of resources on one connection, held to one scope.
struct ResourceWriter {
    let store: SQLResourceStore
    let scope: AccessScope
    let now: Timestamp
    let connection: any SQLConnection

    /// The rows as they are stored afterwards, or as they were deleted.
    func apply(_ change: ResourceChange) throws -> [ResourceRow] {
        switch change {
        case .insert(let resource, let row): return [try insert(row, try store.table(of: resource))]
        case .update(let resource, let row): return [try update(row, try store.table(of: resource))]
        case .delete(let resource, let id): return [try delete(id, try store.table(of: resource))]
        case .deleteAll(let resource, let filters): return try deleteAll(filters, try store.table(of: resource))
        case .require(let resource, let row): try require(row, try store.table(of: resource))
        case .enqueue(let job): _ = try store.jobs(job, now, connection)
        }
        return []
    }

    private func insert(_ row: ResourceRow, _ table: ResourceTable) throws -> ResourceRow {
        var row = row
        try claim(&row, table)
        for attribute in table.resource.attributes where row.values[attribute.name] == nil {
            row.values[attribute.name] = attribute.defaultValue
        }
        for time in ["inserted_at", "updated_at"] where table.byName[time] != nil && row[time].isNull {
            row.values[time] = .string(now.text)
        }
        let columns = table.writable.filter { $0.name != "id" }
        let values = try encode(columns.map { ($0, row[$0.name]) }, table)
        try checkReferences(of: row, table)
        _ = try naming(table) { try connection.execute(table.insert([.uuid(row.id)] + values)) }
        return try stored(row.id, table)
    }

    private func update(_ row: ResourceRow, _ table: ResourceTable) throws -> ResourceRow {
        var row = row
        if table.byName["updated_at"] != nil { row.values["updated_at"] = .string(now.text) }
        try checkTeam(of: row, table)
        let named = table.writable.filter { $0.name != "id" && row.values[$0.name] != nil }
        let values = try encode(named.map { ($0, row[$0.name]) }, table)
        try checkReferences(of: row, table)
        let held = store.filter.condition(table.resource, in: scope)
        let pairs = zip(named, values).map { (column: $0.0.name, value: $0.1) }
        guard !pairs.isEmpty else { return try stored(row.id, table) }
        let changed = try naming(table) { try connection.execute(table.update(pairs, id: row.id, held: held)) }
        guard changed > 0 else { throw missing(table) }
        return try stored(row.id, table)
    }

    private func delete(_ id: UUID, _ table: ResourceTable) throws -> ResourceRow {
        let row = try stored(id, table)
        let held = store.filter.condition(table.resource, in: scope)
        // Another transaction may have deleted it since it was read: what works once works for one of the two.
        guard try connection.execute(table.delete(id: id, held: held)) > 0 else { throw missing(table) }
        return row
    }

    private func deleteAll(_ filters: [ResourceQuery.Filter], _ table: ResourceTable) throws -> [ResourceRow] {
        let held = store.filter.condition(table.resource, in: scope)
        let statement = try KeysetPages(table, ResourceQuery(filters: filters), connection.dialect).deletion(held: held)
        return try connection.fetch(statement).map { try store.decode($0, table) }
    }

    private func require(_ row: ResourceRow, _ table: ResourceTable) throws {
        let held = store.filter.condition(table.resource, in: scope)
        let lock = connection.dialect.changeLock
        let found = try connection.fetchOne("\(table.selection) WHERE id = \(row.id) AND \(held)\(lock)")
            .map { try store.decode($0, table) }
        guard let found, row.values.allSatisfy({ found[$0.key] == $0.value }) else {
            throw DashError(.preconditionFailed, "The \(table.resource.singular) has changed meanwhile.")
        }
    }

    private func stored(_ id: UUID, _ table: ResourceTable) throws -> ResourceRow {
        guard let row = try store.fetch(table, id: id, in: scope, on: connection) else { throw missing(table) }
        return row
    }

    /// Makes a new row the team's own; a row that says it is another's is refused.
    private func claim(_ row: inout ResourceRow, _ table: ResourceTable) throws {
        guard case .team(let team) = scope else { return }
        switch table.resource.scope {
        case .column:
            if row["team_id"].isNull { row.values["team_id"] = .string(team.text) }
            try checkTeam(of: row, table)
        case .through: break
        case .itself, .none: throw DashError(.forbidden, "A team can't make a \(table.resource.singular).")
        }
    }

    private func checkTeam(of row: ResourceRow, _ table: ResourceTable) throws {
        guard case .team(let team) = scope, table.resource.scope == .column, row.values["team_id"] != nil else {
            return
        }
        guard row.uuid("team_id") == team else { throw missing(table) }
    }

    private func encode(_ pairs: [(Column, JSONValue)], _ table: ResourceTable) throws -> [SQLValue] {
        var issues: [DashError.Issue] = []
        var values: [SQLValue] = []
        for (column, value) in pairs {
            do {
                values.append(try store.codec.encode(value, column))
            } catch let misfit as Misfit {
                issues.append(DashError.Issue(pointer: "/" + column.name, message: misfit.reason))
            }
        }
        guard issues.isEmpty else {
            throw DashError(.invalid, "The \(table.resource.singular) is not valid.", issues: issues)
        }
        return values
    }

    /// A foreign key must lead to a row that the scope may touch. A team is told the same of another team's row as of
    /// one that does not exist.
    private func checkReferences(of row: ResourceRow, _ table: ResourceTable) throws {
        for (column, target) in table.references {
            guard let id = row.uuid(column) else { continue }
            let isPersonal = target.scope == .none
            let held = store.filter.condition(target, in: isPersonal ? .system : scope)
            let found = try connection.fetchOne("SELECT 1 FROM \(identifier: target.name) WHERE id = \(id) AND \(held)")
            guard found == nil else { continue }
            throw DashError(
                scope == .system ? .invalid : .notFound,
                "There is no such \(target.singular).",
                issues: [DashError.Issue(pointer: "/" + column, message: "does not exist")]
            )
        }
    }

    /// Turns the engine's complaint about a key into one that names the resource.
    private func naming<Value>(_ table: ResourceTable, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as SQLError {
            guard case .unique(_, let columns) = error.code else { throw error }
            let parents = Set(table.references.keys)
            let named = columns.filter { !parents.contains($0) }
            let keys = named.isEmpty ? columns : named
            throw DashError(
                .conflict,
                "There is a \(table.resource.singular) with the same \(keys.joined(separator: " and ")) already.",
                issues: keys.map { DashError.Issue(pointer: "/" + $0, message: "is taken") }
            )
        }
    }

    private func missing(_ table: ResourceTable) -> DashError {
        DashError(.notFound, "There is no such \(table.resource.singular).")
    }
}
