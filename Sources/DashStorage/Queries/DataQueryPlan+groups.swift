import DashJSON
import DashModel
import FoundationEssentials

/// Answers by group: without buckets the first groups in the order that was asked for, with buckets a series of each.
extension DataQueryPlan {
    /// One row a group.
    func groups(on connection: any SQLConnection) throws -> Answer {
        var source: SQLStatement = "(\(summary(of: columns))) AS answer"
        if let most = query.groupLimit {
            source = "(SELECT * FROM \(source) ORDER BY \(byRank(columns)) LIMIT \(most)) AS answer"
        }
        var terms: [SQLStatement] = []
        if let place = columns.firstIndex(where: \.isFirstField) {
            terms.append(order(columns, place, descending: query.order == .desc))
        }
        terms += byGroup(columns)
        var statement: SQLStatement = "SELECT * FROM \(source) ORDER BY \(terms.joined(by: ", ")) LIMIT \(limit)"
        statement.isReusable = false
        let rows = try connection.fetch(statement)
        let total = rows.first.flatMap { $0.int(columns.count) }.map(Int.init) ?? 0
        return Answer(
            rows: rows,
            isTruncated: total > rows.count,
            groups: DataResult.Groups(shown: rows.count, total: total)
        )
    }

    /// One row a bucket and group. Limits take whole buckets, the newest, and whole groups, those with the most: no series
    /// is cut in the middle.
    func series(on connection: any SQLConnection) throws -> Answer {
        var rows = try connection.fetch(seriesStatement(of: nil))
        var shown = Set(rows.map(key))
        let isWhole = rows.count <= Self.maximumRows
        var total = shown.count
        let most = min(query.groupLimit ?? .max, isWhole ? .max : Self.maximumRows / min(limit, bucketsInRange))
        if !isWhole || total > most {
            let ranking = try connection.fetch(rankingStatement(most: max(1, most)))
            total = ranking.first.flatMap { $0.int(rankedColumns.count) }.map(Int.init) ?? 0
            shown = Set(ranking.map { row in query.groupBy.indices.map { row.text($0) ?? "" } })
            if isWhole {
                rows.removeAll { !shown.contains(key($0)) }
            } else {
                rows = try connection.fetch(seriesStatement(of: shown))
            }
        }
        let isCut = cut(&rows)
        sort(&rows)
        return Answer(
            rows: rows,
            isTruncated: isCut || shown.count < total,
            groups: DataResult.Groups(shown: Set(rows.map(key)).count, total: total)
        )
    }

    /// How many buckets the range can have, at most.
    private var bucketsInRange: Int {
        let span = to.microseconds.subtractingReportingOverflow(from.microseconds)
        guard !span.overflow, let width else { return Self.maximumRows }
        return Int(clamping: min(span.partialValue / max(1, width.microseconds) + 2, Int64(Self.maximumRows)))
    }

    /// Leaves the newest buckets, whole ones; whether any had to go. The rows come with the newest first.
    private func cut(_ rows: inout [SQLRow]) -> Bool {
        var buckets = 0
        var start = 0
        for (index, row) in rows.enumerated() where index == 0 || row.cells[0] != rows[index - 1].cells[0] {
            if buckets == limit {
                rows.removeLast(rows.count - index)
                return true
            }
            buckets += 1
            start = index
        }
        guard rows.count > Self.maximumRows else { return false }
        // The oldest bucket may have lost some of its groups.
        rows.removeLast(rows.count - max(start, 1))
        return true
    }

    /// By bucket, then by group, both as was asked for.
    private func sort(_ rows: inout [SQLRow]) {
        let sorted = Set(rows.map(key)).map { key in
            (key, key.map { try? JSONDocument(parsing: Array($0.utf8), limits: .rfc8259) })
        }
        .sorted { left, right in
            for case (let left?, let right?) in zip(left.1, right.1) {
                guard let left = left.root, let right = right.root else { continue }
                let order = JSONOrder.compare(left, right)
                if order != 0 { return order < 0 }
            }
            return false
        }
        let places = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($0.element.0, $0.offset) })
        let keyed = rows.map { (time: $0.int(0) ?? 0, place: places[key($0)] ?? 0, row: $0) }
        rows = keyed.sorted { ($0.time, $0.place) < ($1.time, $1.place) }.map(\.row)
        if query.order == .desc { rows.reverse() }
    }

    /// The canonical texts of a row's groups, which stand behind its bucket.
    private func key(_ row: SQLRow) -> [String] { query.groupBy.indices.map { row.text($0 + 1) ?? "" } }

    // MARK: Statements

    /// One row a bucket and group, the newest buckets first; of some groups, or of all.
    private func seriesStatement(of chosen: Set<[String]>?) -> SQLStatement {
        let list = columns.map(\.expression).joined(by: ", ")
        var statement: SQLStatement = "SELECT \(list) FROM pipeline_data WHERE \(conditions.joined(by: " AND "))"
        if let chosen {
            let keys = columns.filter { $0.role == .group }.map(\.expression).joined(by: ", ")
            let rows = chosen.map { row in
                "(\(row.map { "CAST(\($0) AS text)" as SQLStatement }.joined(by: ", ")))" as SQLStatement
            }
            statement.append(" AND (\(keys)) IN (VALUES \(rows.joined(by: ", ")))")
        }
        statement.append(
            " GROUP BY \(places(1...query.groupBy.count + 1)) ORDER BY 1 DESC LIMIT \(Self.maximumRows + 1)"
        )
        statement.isReusable = false
        return statement
    }

    private var rankedColumns: [OutputColumn] { columns.filter { $0.role != .time } }

    /// The groups with the most over the whole range.
    private func rankingStatement(most: Int) -> SQLStatement {
        // A statement has room for so many values only.
        let limit = min(most, 30_000 / query.groupBy.count)
        var statement: SQLStatement = """
            SELECT * FROM (\(summary(of: rankedColumns))) AS answer ORDER BY \(byRank(rankedColumns)) LIMIT \(limit)
            """
        statement.isReusable = false
        return statement
    }

    /// One row a group over the whole range, its columns named `c1`, `c2`, …, and how many groups there are.
    private func summary(of columns: [OutputColumn]) -> SQLStatement {
        let list = columns.enumerated().map { index, column in
            column.expression + SQLStatement(raw: " AS c\(index + 1)")
        }
        return """
            SELECT \(list.joined(by: ", ")), count(*) OVER () AS group_count FROM pipeline_data \
            WHERE \(conditions.joined(by: " AND ")) GROUP BY \(places(1...query.groupBy.count))
            """
    }

    private func places(_ range: ClosedRange<Int>) -> SQLStatement {
        range.map { SQLStatement(raw: String($0)) }.joined(by: ", ")
    }

    /// The largest first measure first.
    private func byRank(_ columns: [OutputColumn]) -> SQLStatement {
        let measure = columns.firstIndex { $0.role == .measure }
        return ((measure.map { [order(columns, $0, descending: true)] } ?? []) + byGroup(columns)).joined(by: ", ")
    }

    private func byGroup(_ columns: [OutputColumn]) -> [SQLStatement] {
        columns.indices.filter { columns[$0].role == .group }.map { order(columns, $0, descending: false) }
    }

    /// What has no value comes before everything else.
    private func order(_ columns: [OutputColumn], _ place: Int, descending: Bool) -> SQLStatement {
        let name = SQLStatement(raw: "c\(place + 1)")
        switch columns[place].kind {
        case .json: return dialect.jsonOrder(name, descending: descending)
        case .number, .rolled: return dialect.numberOrder(name, descending: descending)
        case .time: return name + SQLStatement(raw: descending ? " DESC NULLS LAST" : " ASC NULLS FIRST")
        }
    }
}
