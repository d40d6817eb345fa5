import DashJSON
import DashModel
import FoundationEssentials
import Testing

@testable import DashSQLite
@testable import DashStorage

@Suite("Plans on roll-ups")
struct RollupPlanTests {
    private func query(
        _ fields: [DataQuery.Field],
        _ bucket: DataQuery.Bucket? = nil,
        last: Int = 86_400
    ) -> DataQuery {
        DataQuery(pipeline: UUID(), fields: fields, bucket: bucket, range: .last(.seconds(last)))
    }

    @Test("one spelling for each path, which reads back as the path")
    func spelling() throws {
        let spellings = [
            ("user.name", "$.user.name"), ("$['user']['name']", "$.user.name"), ("a[0].b", "$.a[0].b"),
            ("$['a.b']", "$[\"a.b\"]"), ("$[\"it's\"]", "$[\"it's\"]"), ("x y", "$.x y"), ("$['*']", "$[\"*\"]"),
        ]
        for (text, canonical) in spellings {
            let path = try #require(RecordPath(text))
            #expect(path.text == canonical)
            #expect(RecordPath(canonical) == path)
        }
    }

    @Test("which fields a query reads from roll-ups, and when it reads rows")
    func fields() {
        let sum = DataQuery.Field(path: "$['a']", aggregate: .sum)
        #expect(query([sum]).rolledFields == ["$.a"])
        #expect(query([sum, .init(path: "*", aggregate: .count)]).rolledFields == ["$.a", "*"])
        #expect(query([.init(path: "ingested_at", aggregate: .count)]).rolledFields == ["*"])
        #expect(query([.init(path: "a")], .auto).rolledFields == ["$.a"])
        #expect(query([.init(path: "a")]).rolledFields == nil)
        #expect(query([sum, .init(path: "a", aggregate: .p95)]).rolledFields == nil)
        #expect(query([sum, .init(path: "ingested_at", aggregate: .max)]).rolledFields == nil)
        #expect(query([sum], .width(.seconds(90))).rolledFields == nil)
        #expect(query([sum], .auto, last: 300).rolledFields == nil)
        #expect(query([]).rolledFields == nil)
        var filtered = query([sum])
        filtered.filters = [.init(path: "a", op: .gt, value: 1)]
        #expect(filtered.rolledFields == nil)
        var grouped = query([sum])
        grouped.groupBy = ["b"]
        #expect(grouped.rolledFields == nil)
    }

    @Test(
        "the widest roll-ups that buckets are made of",
        arguments: [
            (60, 60), (420, 60), (3_600, 3_600), (5_400, 60), (10_800, 3_600), (86_400, 86_400), (604_800, 86_400),
        ]
    )
    func widths(_ bucket: Int, _ width: Int64) {
        #expect(query([.init(path: "a")], .width(.seconds(bucket))).rollupWidth?.rawValue == width)
    }

    @Test("a range is covered once, by the widest rows that lie in it")
    func cover() {
        func time(_ seconds: Int64) -> Timestamp { Timestamp(seconds: seconds) }
        let open = RollupCover(from: time(86_400 - 3_600 - 90), to: nil, widest: .day)
        #expect(
            open.segments == [
                .init(width: nil, from: time(82_710), to: time(82_740)),
                .init(width: .minute, from: time(82_740), to: time(82_800)),
                .init(width: .hour, from: time(82_800), to: time(86_400)),
                .init(width: .day, from: time(86_400), to: nil),
            ]
        )
        let closed = RollupCover(from: time(3_600), to: time(7_325), widest: .hour)
        #expect(
            closed.segments == [
                .init(width: .hour, from: time(3_600), to: time(7_200)),
                .init(width: .minute, from: time(7_200), to: time(7_320)),
                .init(width: nil, from: time(7_320), to: time(7_325)),
            ]
        )
        #expect(RollupCover(from: time(1), to: time(59), widest: .day).isRaw)
        let aligned = RollupCover(from: time(600), to: nil, widest: .minute)
        #expect(aligned.segments == [.init(width: .minute, from: time(600), to: nil)])
    }

    @Test("roll-ups are read only when all of the query's fields are ready")
    func readiness() throws {
        let now = Timestamp(seconds: 1_790_000_400)
        let both = query([.init(path: "a", aggregate: .sum), .init(path: "b", aggregate: .avg)], .auto)
        func plan(_ ready: Set<String>) -> RollupPlan? {
            RollupPlan(both, from: now - .seconds(86_400), to: nil, ready: ready, SQLiteDialect())
        }
        #expect(plan(["$.a"]) == nil)
        let text = try #require(plan(["$.a", "$.b", "$.c"])).statement(isByTime: true, limit: 5).text
        #expect(text.contains("field_rollups") && !text.contains("pipeline_data"))
    }

    @Test("summaries merge in any order to the same")
    func merging() {
        var parts: [RollupSummary] = [RollupSummary()]
        for (index, value) in [3.0, -1, 7, 2].enumerated() {
            var part = RollupSummary()
            part.add(value, at: Timestamp(seconds: Int64([5, 2, 5, 2][index])), id: Int64(index))
            parts.append(part)
        }
        for _ in 0..<20 {
            let whole = parts.shuffled().reduce(into: RollupSummary()) { $0.merge($1) }
            #expect(whole.count == 4 && whole.sum == 11 && whole.min == -1 && whole.max == 7)
            #expect(whole.first?.value == -1 && whole.last?.value == 7)
        }
    }
}
