public import DashModel

/// Start-up check of the declarations, and of the live tables against them: a slip shows at start, not at a request.
public struct ResourceVerifier: Sendable {
    let resources: [Resource]

    public init(_ resources: [Resource] = Resources.all) { self.resources = resources }

    /// Everything that is wrong with the declarations.
    public func faults() -> [String] {
        repeatedNames + resources.flatMap(columnFaults) + resources.flatMap(linkFaults)
            + resources.flatMap(scopeFaults) + resources.flatMap(policyFaults)
    }

    /// Everything in which the live tables differ from the declarations.
    public func faults(in database: any SQLDatabase, _ dialect: any SchemaDialect) async throws -> [String] {
        try await database.read { connection in
            try resources.flatMap { try tableFaults($0, dialect, connection) }
        }
    }

    private var repeatedNames: [String] {
        Dictionary(grouping: resources, by: \.name).filter { $0.value.count > 1 }.keys.sorted()
            .map { "\($0) is declared twice" }
    }

    private func columnFaults(_ resource: Resource) -> [String] {
        let names = resource.columns.map(\.name)
        let repeated = Dictionary(grouping: names, by: { $0 }).filter { $0.value.count > 1 }.keys.sorted()
        let odd = ([resource.name] + names).filter { name in
            name.isEmpty || !name.utf8.allSatisfy { (97...122).contains($0) || $0 == 95 || (48...57).contains($0) }
        }
        let known = Set(names)
        let keys = resource.uniqueKeys.flatMap { $0 }.filter { !known.contains($0) }
        let defaults = resource.attributes.filter { attribute in
            guard let value = attribute.defaultValue else { return false }
            return (try? RowCodec.plain(value, attribute.type)) == nil
        }
        return repeated.map { "\(resource.name).\($0) is declared twice" }
            + odd.map { "\(resource.name): \"\($0)\" is not a lower-case name" }
            + keys.map { "\(resource.name) has a unique key on \($0), which it does not have" }
            + defaults.map { "\(resource.name).\($0.name): the default does not fit the type" }
    }

    private func linkFaults(_ resource: Resource) -> [String] {
        resource.relationships.compactMap { link in
            guard let target = resources.first(where: { $0.name == link.target }) else {
                return "\(resource.name).\(link.name) leads to \(link.target), which is no resource"
            }
            guard link.kind == .toMany else { return nil }
            let isBack = target.relationships.contains { $0.kind == .toOne && $0.column == link.column }
            return isBack ? nil : "\(resource.name).\(link.name): \(target.name) has no \(link.column)"
        }
    }

    private func scopeFaults(_ resource: Resource) -> [String] {
        switch resource.scope {
        case .column where !resource.columns.contains { $0.name == "team_id" }:
            return ["\(resource.name) is scoped by team_id, which it does not have"]
        case .through(let column, let parent):
            let isLink = resource.relationships.contains {
                $0.kind == .toOne && $0.column == column && $0.target == parent
            }
            return isLink ? [] : ["\(resource.name) is scoped through \(column), which is no link to \(parent)"]
        default: return []
        }
    }

    private func policyFaults(_ resource: Resource) -> [String] {
        let repeated = Dictionary(grouping: resource.actions, by: \.kind).filter { $0.value.count > 1 }.keys
            .map(\.description).sorted()
        // Views may be guarded as an action is, by the same role then.
        let differing = resource.permissions.filter { permission in
            resources.flatMap(\.permissions).contains {
                $0.action == permission.action && $0.resource == permission.resource && $0.role != permission.role
            }
        }
        return repeated.map { "\(resource.name) has two actions \($0)" }
            + differing.map { "\(resource.name): there are two roles for \($0.action) on \($0.resource)" }
            + resource.actions.flatMap { parameterFaults($0, resource) }
    }

    private func parameterFaults(_ action: Action, _ resource: Resource) -> [String] {
        let names = Dictionary(grouping: action.parameters, by: \.name).filter { $0.value.count > 1 }.keys.sorted()
        let defaults = action.parameters.filter { parameter in
            guard let value = parameter.defaultValue else { return false }
            return (try? RowCodec.plain(value, parameter.type)) == nil
        }
        return names.map { "\(resource.name).\(action.name) has two parameters \($0)" }
            + defaults.map { "\(resource.name).\(action.name).\($0.name): the default does not fit the type" }
    }

    private func tableFaults(
        _ resource: Resource,
        _ dialect: any SchemaDialect,
        _ connection: any SQLConnection
    ) throws -> [String] {
        let live = try connection.fetch(dialect.columns(of: resource.name))
        guard !live.isEmpty else { return ["the table \(resource.name) does not exist"] }
        let rows = Dictionary(live.map { ($0.text(0) ?? "", $0) }, uniquingKeysWith: { first, _ in first })
        let generated = Migrations.generatedColumns[resource.name] ?? []
        let kept = Migrations.internalColumns[resource.name] ?? []
        var faults = Set(rows.keys).subtracting(resource.columns.map(\.name)).subtracting(kept).sorted()
            .map { "the table \(resource.name) has a column \($0) that is not declared" }
        for column in resource.columns {
            guard let row = rows[column.name] else {
                faults.append("the table \(resource.name) has no column \(column.name): a migration is missing")
                continue
            }
            let declared = ColumnType(
                table: resource.name,
                column: column.name,
                type: column.type,
                isSealed: column.isSealed
            )
            let type = row.text(1) ?? ""
            if !dialect.accepts(type, for: declared) {
                faults.append(
                    "\(resource.name).\(column.name) is declared as \(dialect.columnType(declared)), the table has \(type)"
                )
            }
            if !generated.contains(column.name), row.bool(2) != column.isNullable {
                let words = column.isNullable ? "nullable" : "not nullable"
                faults.append("\(resource.name).\(column.name) is declared \(words), the table differs")
            }
        }
        return faults
    }
}
