import DashJSON
import DashModel
import FoundationEssentials

/// A resource's rows page by page: filters, order, and where the last page ended.
struct KeysetPages: Sendable {
    let limit: Int
    private let table: ResourceTable
    private let sort: [ResourceQuery.Sort]
    /// From the cursor towards the beginning of the list.
    private let isBackwards: Bool
    private let isContinued: Bool
    private let conditions: [SQLStatement]

    static let maximum = 10_000

    init(_ table: ResourceTable, _ query: ResourceQuery, _ dialect: any Dialect) throws {
        self.table = table
        limit = min(max(query.limit, 1), Self.maximum)
        isBackwards = query.before != nil
        isContinued = query.isContinued
        sort =
            query.sort.filter { $0.column != "id" }
            + [query.sort.first { $0.column == "id" } ?? .init("id", descending: query.sort.first?.descending ?? false)]
        for key in sort { _ = try Self.comparable(key.column, table) }
        var conditions = try query.filters.map { try Self.condition($0, table, dialect) }
        if let cursor = query.before ?? query.after {
            let keys = try Self.read(cursor, sort)
            conditions.append(try Self.behind(keys, isBackwards ? Self.reversed(sort) : sort, table))
        }
        self.conditions = conditions
    }

    func statement(held: SQLStatement) -> SQLStatement {
        let order = (isBackwards ? Self.reversed(sort) : sort).map { key -> SQLStatement in
            let direction = SQLStatement(raw: key.descending ? " DESC" : "")
            guard table.byName[key.column]?.isNullable == true else { return "\(identifier: key.column)\(direction)" }
            return "(\(identifier: key.column) IS NULL)\(direction), \(identifier: key.column)\(direction)"
        }
        var statement: SQLStatement = """
            \(table.selection) WHERE \(([held] + conditions).joined(by: " AND ")) \
            ORDER BY \(order.joined(by: ", ")) LIMIT \(limit + 1)
            """
        statement.isReusable = false
        return statement
    }

    /// Deletes all rows that the filters let through, and returns them.
    func deletion(held: SQLStatement) -> SQLStatement {
        let columns = table.columns.map { SQLStatement.identifier($0.name) }.joined(by: ", ")
        var statement: SQLStatement = """
            DELETE FROM \(identifier: table.resource.name) WHERE \(([held] + conditions).joined(by: " AND ")) \
            RETURNING \(columns)
            """
        statement.isReusable = false
        return statement
    }

    /// The page that the statement's rows make, of which one more than the limit tells that there are more.
    func page(of found: [ResourceRow]) -> ResourcePage {
        var rows = Array(found.prefix(limit))
        let hasMore = found.count > limit
        if isBackwards { rows.reverse() }
        // Who comes from another page comes from rows on that side.
        let hasNext = isBackwards || hasMore
        let hasPrev = isBackwards ? hasMore : isContinued
        return ResourcePage(
            rows: rows,
            next: hasNext ? rows.last.map(cursor) : nil,
            prev: hasPrev ? rows.first.map(cursor) : nil
        )
    }

    private func cursor(_ last: ResourceRow) -> String {
        let keys = sort.map { $0.column == "id" ? JSONValue.string(last.id.text) : last[$0.column] }
        return Data(JSONValue.array([.string(Self.signature(sort))] + keys).encoded()).base64EncodedString()
            .map { $0 == "+" ? "-" : $0 == "/" ? "_" : String($0) }.joined().replacing("=", with: "")
    }

    /// The column, if its values can be put in order.
    private static func comparable(_ name: String, _ table: ResourceTable) throws(DashError) -> Column {
        guard let column = table.byName[name] else {
            throw DashError(.invalid, "\(table.resource.name) has no column \(name).")
        }
        guard !column.isSealed, column.type != .json, column.type != .bytes else {
            throw DashError(.invalid, "\(table.resource.name) can't be filtered or sorted by \(name).")
        }
        return column
    }

    private static func condition(
        _ filter: ResourceQuery.Filter,
        _ table: ResourceTable,
        _ dialect: any Dialect
    ) throws -> SQLStatement {
        let column = try comparable(filter.column, table)
        let name = SQLStatement.identifier(column.name)
        func bound(_ value: JSONValue) throws -> SQLValue {
            do throws(Misfit) {
                return try RowCodec.plain(value, column.type)
            } catch {
                throw DashError(.invalid, "The filter's value for \(column.name) \(error.reason).")
            }
        }
        switch filter.op {
        case .eq where filter.value.isNull: return "\(name) IS NULL"
        case .ne where filter.value.isNull: return "\(name) IS NOT NULL"
        case .eq: return "\(name) = \(try bound(filter.value))"
        case .ne: return "(\(name) <> \(try bound(filter.value)) OR \(name) IS NULL)"
        case .gt: return "\(name) > \(try bound(filter.value))"
        case .ge: return "\(name) >= \(try bound(filter.value))"
        case .lt: return "\(name) < \(try bound(filter.value))"
        case .le: return "\(name) <= \(try bound(filter.value))"
        case .in:
            guard let values = filter.value.arrayValue, values.count <= maximum else {
                throw DashError(.invalid, "The filter on \(column.name) needs a list of values.")
            }
            guard !values.isEmpty else { return "1 = 0" }
            let list = try values.map { value -> SQLStatement in "\(try bound(value))" }.joined(by: ", ")
            return "\(name) IN (\(list))"
        case .like:
            guard case .string(let pattern) = filter.value, pattern.utf8.count <= 200 else {
                throw DashError(.invalid, "The filter on \(column.name) needs a short text with % and _.")
            }
            return dialect.like(name, .text(pattern))
        case .null: return filter.value == false ? "\(name) IS NOT NULL" : "\(name) IS NULL"
        }
    }

    /// The rows behind the cursor: later in the first key, or equal there and later in the next, and so on.
    private static func behind(_ keys: [JSONValue], _ sort: [ResourceQuery.Sort], _ table: ResourceTable) throws
        -> SQLStatement
    {
        var equal: [SQLStatement] = []
        var options: [SQLStatement] = []
        for (key, value) in zip(sort, keys) {
            let name = SQLStatement.identifier(key.column)
            let column = try comparable(key.column, table)
            if value.isNull {
                guard column.isNullable else { throw invalidCursor }
                if key.descending { options.append((equal + ["\(name) IS NOT NULL"]).joined(by: " AND ")) }
                equal.append("\(name) IS NULL")
                continue
            }
            guard let bound = try? RowCodec.plain(value, column.type) else { throw invalidCursor }
            let later: SQLStatement =
                key.descending
                ? "\(name) < \(bound)"
                : column.isNullable ? "(\(name) > \(bound) OR \(name) IS NULL)" : "\(name) > \(bound)"
            options.append((equal + [later]).joined(by: " AND "))
            equal.append("\(name) = \(bound)")
        }
        return "(\(options.map { option -> SQLStatement in "(\(option))" }.joined(by: " OR ")))"
    }

    private static func read(_ cursor: String, _ sort: [ResourceQuery.Sort]) throws(DashError) -> [JSONValue] {
        var text = cursor.replacing("-", with: "+").replacing("_", with: "/")
        while text.utf8.count % 4 != 0 { text += "=" }
        guard cursor.utf8.count <= 4_096, let data = Data(base64Encoded: text),
            let value = try? JSONValue(parsing: Array(data)), let parts = value.arrayValue,
            parts.count == sort.count + 1, parts[0] == .string(signature(sort))
        else { throw invalidCursor }
        return Array(parts.dropFirst())
    }

    private static func reversed(_ sort: [ResourceQuery.Sort]) -> [ResourceQuery.Sort] {
        sort.map { .init($0.column, descending: !$0.descending) }
    }

    private static func signature(_ sort: [ResourceQuery.Sort]) -> String {
        sort.map { ($0.descending ? "-" : "") + $0.column }.joined(separator: ",")
    }

    private static let invalidCursor = DashError(.invalid, "The page cursor is not one that this list gave out.")
}
