import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import TestSupport

/// Random questions about odd records. Sums, averages and percentiles are asked of tame numbers, whose rounding differs by
/// less than anybody sees, and nothing is ordered by what is rounded.
struct OddQueries {
    let pipeline: UUID
    let now: Timestamp

    func query(_ random: inout SeededGenerator) -> DataQuery {
        let grouped = Int.random(in: 0..<3, using: &random) > 0
        let groups = grouped ? (0..<Int.random(in: 1...2, using: &random)).map { _ in path(&random) } : []
        let widths: [Int64?] = [nil, nil, 60, 420, 3_600]
        let bucket = (widths.randomElement(using: &random) ?? nil).map { DataQuery.Bucket.width(.seconds($0)) }
        let isAggregated = grouped || bucket != nil || Bool.random(using: &random)
        var fields = (0..<Int.random(in: 1...3, using: &random)).map { index in
            isAggregated
                ? aggregate(index, ordersRows: index == 0, &random)
                : DataQuery.Field(path: path(&random), alias: "f\(index)")
        }
        if let group = groups.first, Bool.random(using: &random) {
            fields.insert(
                DataQuery.Field(path: group, alias: "g"),
                at: Int.random(in: 0...fields.count, using: &random)
            )
        }
        var query = DataQuery(
            pipeline: pipeline,
            fields: fields,
            filters: (0..<max(0, Int.random(in: -1...2, using: &random))).map { _ in filter(&random) },
            groupBy: groups,
            bucket: Int.random(in: 0..<12, using: &random) == 0 && isAggregated ? .auto : bucket,
            range: range(&random),
            order: Bool.random(using: &random) ? .asc : .desc
        )
        if Bool.random(using: &random) { query.limit = Int.random(in: 1...8, using: &random) }
        if grouped, Bool.random(using: &random) { query.groupLimit = Int.random(in: 1...4, using: &random) }
        return query
    }

    private func aggregate(_ index: Int, ordersRows: Bool, _ random: inout SeededGenerator) -> DataQuery.Field {
        let exact: [DataQuery.Aggregate] = [.count, .min, .max, .first, .last]
        let rounded: [DataQuery.Aggregate] = [.sum, .avg, .p50, .p95, .p99]
        let alias = "f\(index)"
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            return .init(path: "n", alias: alias, aggregate: ordersRows ? .sum : rounded.randomElement(using: &random))
        case 1:
            let some = ordersRows ? exact : exact + rounded
            return .init(path: "d", alias: alias, aggregate: some.randomElement(using: &random))
        case 2: return .init(path: "*", alias: alias, aggregate: .count)
        default: return .init(path: path(&random), alias: alias, aggregate: exact.randomElement(using: &random))
        }
    }

    private func path(_ random: inout SeededGenerator) -> String {
        if Bool.random(using: &random) { return Bool.random(using: &random) ? "k" : "wild" }
        return OddRecords.keys.randomElement(using: &random)?.path ?? "k"
    }

    private func filter(_ random: inout SeededGenerator) -> DataQuery.Filter {
        let path = path(&random)
        let op = DataQuery.Filter.Operator.allCases.randomElement(using: &random) ?? .eq
        var value = value(&random)
        switch op {
        case .in: value = .array((0..<Int.random(in: 0...4, using: &random)).map { _ in self.value(&random) })
        case .exists: value = .bool(Bool.random(using: &random))
        case .gt, .ge, .lt, .le, .contains:
            while value.stringValue == nil, value.doubleValue == nil { value = self.value(&random) }
        case .eq, .ne: break
        }
        return DataQuery.Filter(path: path, op: op, value: value)
    }

    private func value(_ random: inout SeededGenerator) -> JSONValue {
        let text = Bool.random(using: &random) ? OddRecords.common(&random) : OddRecords.value(&random)
        return (try? JSONValue(parsing: text)) ?? .null
    }

    private func range(_ random: inout SeededGenerator) -> DataQuery.Range {
        let span = [300, 3_600, 7_200].randomElement(using: &random) ?? 300
        guard Int.random(in: 0..<3, using: &random) == 0 else { return .last(.seconds(span)) }
        let end = now - .seconds(Int.random(in: 0...1_800, using: &random))
        return .between(from: end - .seconds(span), to: end)
    }
}
