import DashJSON
import DashModel
import DashStorage
import Foundation
import TestSupport
import Testing

@Suite("The engines answer alike", .closingStores)
struct EngineAgreement {
    @Test("random records, random questions: equal answers in equal order, from rows and from roll-ups")
    func answers() async throws {
        let environment = ProcessInfo.processInfo.environment
        let given = environment["DASH_TEST_SEED"].flatMap(UInt64.init)
        // The long tests try other worlds; a change is held against the same ones, so that a difference is the change's.
        let usual = environment["DASH_SOAK"] == nil ? 2_568_725_419_848_453_830 : UInt64.random(in: 0 ... .max)
        try await answers(seed: given ?? usual)
    }

    private func answers(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let start = Timestamp(microseconds: 1_790_003_723_456_789)
        var tenants: [(name: String, tenant: Tenant)] = []
        for factory in Engines.all {
            let clock = HeldClock(start)
            tenants.append((factory.name, try await Tenant(try await factory.make(clock), clock)))
        }
        let commits = (0..<40).map { _ in
            let late = Duration.seconds(Int.random(in: 0...7_000, using: &random))
            return (late, (0..<Int.random(in: 1...6, using: &random)).map { _ in OddRecords.record(&random) })
        }
        for (_, tenant) in tenants {
            for (late, texts) in commits {
                _ = try await tenant.store.commits.commit([tenant.part(texts, at: tenant.clock.now - late)])
            }
        }
        try await compare(tenants, 150, seed: seed, &random)
        let fields = ["$.n", "$.d", "*", #"$["a.b"]"#]
        for (_, tenant) in tenants {
            try await tenant.store.rollups.rollUp(Set(fields), of: tenant.pipeline)
            for field in fields {
                while try await tenant.store.rollups.fill(field, of: tenant.pipeline, limit: 50) {}
            }
        }
        try await compare(tenants, 100, seed: seed, &random)
    }

    private func compare(
        _ tenants: [(name: String, tenant: Tenant)],
        _ count: Int,
        seed: UInt64,
        _ random: inout SeededGenerator
    ) async throws {
        guard let reference = tenants.first else { return }
        for _ in 0..<count {
            var query = OddQueries(pipeline: reference.tenant.pipeline, now: reference.tenant.clock.now).query(&random)
            let now = reference.tenant.clock.now
            // The same question put so that only the rows can answer it.
            var raw = query
            raw.filters.append(.init(path: "ingested_at", op: .ge, value: "1970-01-01T00:00:00Z"))
            let expected = try await reference.tenant.store.records.answer(raw, now: now)
            for (name, tenant) in tenants {
                query.pipeline = tenant.pipeline
                let answer = try await tenant.store.records.answer(query, now: now)
                let difference = AnswerDifference.between(answer, expected)
                try #require(difference == nil, "seed \(seed), \(name), \(query.json.text)")
            }
        }
    }
}
