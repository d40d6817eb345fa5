import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import TestSupport
import Testing

/// Random records of several pipelines, and random questions that are answered from roll-ups and from rows.
struct RollupTrial {
    let tenant: Tenant
    private let pipelines: [UUID]
    private let seed: UInt64

    private static let fields = ["$.v", "$.in[\"x.y\"][1]", "$.rare", "$.mixed", "*"]
    private static let pure = ["v", "$['in']['x.y'][1]", "rare", "*"]

    init(_ factory: StoreFactory, seed: UInt64) async throws {
        let clock = HeldClock(Timestamp(microseconds: 1_790_003_723_456_789))
        tenant = try await Tenant(try await factory.make(clock), clock)
        pipelines = [tenant.pipeline, try await tenant.addPipeline(), try await tenant.addPipeline()]
        self.seed = seed
    }

    /// The same question put so that only the rows can answer it.
    static func raw(_ query: DataQuery) -> DataQuery {
        var raw = query
        raw.filters = [.init(path: "ingested_at", op: .ge, value: "1970-01-01T00:00:00Z")]
        return raw
    }

    func register(_ random: inout SeededGenerator) async throws {
        let some = Self.fields.filter { _ in Bool.random(using: &random) }
        try await tenant.store.rollups.rollUp(Set(some), of: pipeline(&random))
    }

    func registerAll() async throws {
        for pipeline in pipelines { try await tenant.store.rollups.rollUp(Set(Self.fields), of: pipeline) }
    }

    func forgetOne(_ random: inout SeededGenerator) async throws {
        guard let field = Self.fields.randomElement(using: &random) else { return }
        try await tenant.store.rollups.forget([field], of: pipeline(&random))
    }

    func fillSome(_ random: inout SeededGenerator) async throws {
        let pipeline = pipeline(&random)
        for field in try await tenant.store.rollups.rolledFields(of: pipeline) where field.isFilling {
            _ = try await tenant.store.rollups.fill(
                field.name,
                of: pipeline,
                limit: Int.random(in: 1...20, using: &random)
            )
        }
    }

    func fillAll() async throws {
        for pipeline in pipelines {
            for field in try await tenant.store.rollups.rolledFields(of: pipeline) where field.isFilling {
                while try await tenant.store.rollups.fill(field.name, of: pipeline, limit: 9) {}
            }
        }
    }

    /// A group of parts, some late by days, some of one moment.
    func commit(_ random: inout SeededGenerator) async throws {
        var group: [BatchCommit] = []
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let spans: [Int64] = [0, 0, 30_000_000, 7_200_000_000, 300_000_000_000]
            let late = Int64.random(in: 0...(spans.randomElement(using: &random) ?? 0), using: &random)
            let time = tenant.clock.now - .microseconds(late)
            let texts = (0..<Int.random(in: 1...6, using: &random)).map { _ in record(&random) }
            group.append(tenant.part(texts, at: time, into: pipeline(&random)))
        }
        _ = try await tenant.store.commits.commit(group)
    }

    private func record(_ random: inout SeededGenerator) -> String {
        var members: [String] = []
        if Int.random(in: 0..<8, using: &random) > 0 { members.append("\"v\":\(number(&random))") }
        if Bool.random(using: &random) { members.append("\"in\":{\"x.y\":[true,\(number(&random)),\"s\"]}") }
        if Int.random(in: 0..<9, using: &random) == 0 {
            members.append("\"rare\":\(Bool.random(using: &random) ? "null" : number(&random))")
        }
        let others = ["\"text\"", "false", "[1]", "{\"a\":1}", "null", number(&random), number(&random)]
        members.append("\"mixed\":\(others.randomElement(using: &random) ?? "0")")
        return "{" + members.shuffled(using: &random).joined(separator: ",") + "}"
    }

    private func number(_ random: inout SeededGenerator) -> String {
        let sign = Int.random(in: 0..<4, using: &random) == 0 ? "-" : ""
        let whole = Int.random(in: 0..<10_000, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return "\(sign)\(whole).\(Int.random(in: 0..<1_000, using: &random))0"
        case 1: return "\(sign)\(whole)e-2"
        case 2: return "\(sign)1.\(whole)E+3"
        case 3: return "\(sign)0.\(String(repeating: "1234567", count: 4))"
        case 4: return "0"
        default: return "\(sign)\(whole)"
        }
    }

    private func pipeline(_ random: inout SeededGenerator) -> UUID {
        pipelines.randomElement(using: &random) ?? tenant.pipeline
    }

    /// Asks both ways; returns how many answers came from roll-ups.
    @discardableResult
    func compare(_ count: Int, _ random: inout SeededGenerator) async throws -> Int {
        var rolledUp = 0
        for _ in 0..<count {
            let query = query(&random)
            let answer = try await tenant.store.records.answer(query, now: tenant.clock.now)
            let expected = try await tenant.store.records.answer(Self.raw(query), now: tenant.clock.now)
            try #require(!expected.isRolledUp)
            if answer.isRolledUp { rolledUp += 1 }
            let isEqual = Self.areEqual(answer, expected)
            try #require(
                isEqual,
                "seed \(seed), \(query.json.text): \(answer.rows) from roll-ups, \(expected.rows) from rows"
            )
        }
        return rolledUp
    }

    private static func areEqual(_ lhs: DataResult, _ rhs: DataResult) -> Bool {
        guard lhs.columns == rhs.columns, lhs.bucketWidth == rhs.bucketWidth, lhs.from == rhs.from, lhs.to == rhs.to,
            lhs.rows.count == rhs.rows.count
        else { return false }
        return zip(lhs.rows, rhs.rows).allSatisfy { zip($0, $1).allSatisfy { isClose($0, $1) } }
    }

    private static func isClose(_ lhs: JSONValue, _ rhs: JSONValue) -> Bool {
        guard let left = lhs.doubleValue, let right = rhs.doubleValue else { return lhs == rhs }
        // Sums of numbers of either sign may end near zero; what was added is below 10^8.
        return abs(left - right) <= 1e-9 * max(abs(left), abs(right), 100)
    }

    private func query(_ random: inout SeededGenerator) -> DataQuery {
        let aggregates: [DataQuery.Aggregate?] = [.count, .sum, .avg, .min, .max, .first, .last, nil]
        var fields: [DataQuery.Field] = []
        for index in 0..<Int.random(in: 1...3, using: &random) {
            // Mixed fields are few among the questions, as rows answer for them.
            let isMixed = Int.random(in: 0..<20, using: &random) == 0
            let path: String = isMixed ? "mixed" : Self.pure.randomElement(using: &random) ?? "v"
            let any: DataQuery.Aggregate? = aggregates.randomElement(using: &random) ?? .sum
            let aggregate: DataQuery.Aggregate? = path == "*" ? .count : any
            fields.append(.init(path: path, alias: "f\(index)", aggregate: aggregate))
        }
        if !fields.contains(where: { $0.aggregate != nil }) { fields[0].aggregate = .last }
        let widths: [DataQuery.Bucket?] = [
            nil, nil, .auto, .width(.seconds(60)), .width(.seconds(300)), .width(.seconds(420)), .width(.seconds(900)),
            .width(.seconds(3_600)), .width(.seconds(10_800)), .width(.seconds(86_400)), .width(.seconds(90)),
        ]
        var query = DataQuery(
            pipeline: pipeline(&random),
            fields: fields,
            bucket: widths.randomElement(using: &random) ?? nil,
            range: range(&random),
            limit: Int.random(in: 0..<5, using: &random) == 0 ? 3 : 10_000
        )
        query.order = Bool.random(using: &random) ? .asc : .desc
        return query
    }

    private func range(_ random: inout SeededGenerator) -> DataQuery.Range {
        let spans: [Int64] = [90, 600, 5_400, 86_400, 4 * 86_400, 30 * 86_400]
        let span = spans.randomElement(using: &random) ?? 600
        if Int.random(in: 0..<3, using: &random) > 0 { return .last(.seconds(span)) }
        let unit: Int64 = [1, 60_000_000, 3_600_000_000].randomElement(using: &random) ?? 1
        let end = tenant.clock.now.microseconds - Int64.random(in: 0...200_000_000_000, using: &random)
        let start = end - span * 1_000_000
        let from = start - start % unit
        return .between(
            from: Timestamp(microseconds: from),
            to: Timestamp(microseconds: max(end - end % unit, from + unit))
        )
    }
}
