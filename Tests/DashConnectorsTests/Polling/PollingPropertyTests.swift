import DashJSON
import DashModel
import DashPipeline
import Foundation
import Testing

@testable import DashConnectors

/// Whatever fails on the way and wherever Dash is killed: what is stored in the end is what the API had, each record once.
/// `DASH_SEED` repeats one world, `DASH_SEEDS` sets how many there are, `DASH_FIRST_SEED` where they begin.
@Suite struct PollingPropertyTests {
    /// What became of one world.
    struct Outcome: Sendable {
        var seed: UInt64
        var style: String
        var missing = 0
        var surplus = 0
        var polls = 0
        var failures = 0
        var crashes = 0
        var items = 0
    }

    @Test func thePolledSetIsExact() async throws {
        let environment = ProcessInfo.processInfo.environment
        let single = environment["DASH_SEED"].flatMap { UInt64($0) }
        let count = environment["DASH_SEEDS"].flatMap { UInt64($0) } ?? 10_000
        // The long tests try other worlds; a change is held against the same ones, so that a difference is the change's.
        let usual = environment["DASH_SOAK"] == nil ? 848_827_170_000 : UInt64.random(in: 0..<1 << 40)
        let first = single ?? environment["DASH_FIRST_SEED"].flatMap { UInt64($0) } ?? usual
        let seeds = first..<(first + (single == nil ? count : 1))
        let outcomes = try await withThrowingTaskGroup(of: [Outcome].self) { group in
            let workers: UInt64 = 4
            for worker in 0..<workers {
                group.addTask { @concurrent in
                    var outcomes: [Outcome] = []
                    for seed in seeds where seed % workers == worker {
                        outcomes.append(try await Self.run(seed))
                        // Other tests wait for these threads too.
                        await Task.yield()
                    }
                    return outcomes
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        for wrong in outcomes.filter({ $0.missing + $0.surplus > 0 }).prefix(5) {
            Issue.record("DASH_SEED=\(wrong.seed): \(wrong)")
        }
        let sum = { (path: KeyPath<Outcome, Int>) in outcomes.reduce(0) { $0 + $1[keyPath: path] } }
        print(
            "polled exactly: \(outcomes.count) worlds from seed \(first): \(sum(\.items)) records, \(sum(\.polls)) polls, "
                + "\(sum(\.failures)) failed requests, \(sum(\.crashes)) crashes before the commit"
        )
        // The worlds must be as bad as they are meant to be.
        if single == nil, count >= 1_000 { #expect(sum(\.failures) > 1_000 && sum(\.crashes) > 1_000) }
    }

    private static func run(_ seed: UInt64) async throws -> Outcome {
        let api = SimulatedAPI(seed: seed)
        var outcome = Outcome(seed: seed, style: "\(api.style)")
        let config = config(api)
        let sender = AuthorizedHTTP(api, clock: api)
        var stored: [Int: Int] = [:]
        var saved: JSONValue?
        var hasNothingNew = false
        for round in 1...60 {
            if round == 8 { api.calmDown() }
            api.grow(upTo: 4)
            outcome.polls += 1
            let source = try HTTPSource(config: config, http: sender, clock: api)
            let request = FetchRequest(team: UUID(), pipeline: UUID(), dueAt: api.now, cursor: saved)
            let body: FetchedBody
            do {
                body = try await source.fetch(request)
            } catch let error as DashError where error.code != .internal {
                continue
            }
            if round < 8, api.chance(20) {
                // Killed before the transaction: neither the rows nor the cursor are there.
                outcome.crashes += 1
                continue
            }
            for line in body.bytes.split(separator: UInt8(ascii: "\n")) {
                let id = try JSONValue(parsing: Array(line))["id"]?.intValue ?? -1
                stored[id, default: 0] += 1
            }
            // Done when all pages, read from the first one on, had nothing new.
            if saved?["next"] == nil { hasNothingNew = round > 8 }
            if !body.bytes.isEmpty { hasNothingNew = false }
            saved = try body.cursor.map { try JSONValue(parsing: $0.encoded()) }
            if hasNothingNew, saved?["next"] == nil { break }
        }
        let items = api.items
        outcome.items = items.count
        outcome.failures = api.failures
        outcome.missing = items.filter { stored[$0.id] == nil }.count
        outcome.surplus = stored.values.reduce(0, +) - (items.count - outcome.missing)
        return outcome
    }

    private static func config(_ api: SimulatedAPI) -> JSONValue {
        let size = JSONValue.number(JSONNumber(api.pageSize))
        let pagination: JSONValue =
            switch api.style {
            case .single: ["kind": "none"]
            case .pagesUp: ["kind": "page", "size": size, "size_param": "per_page"]
            // Without a size the pages go on until one is empty.
            case .pagesDown: ["kind": "page"]
            case .offsetUp, .offsetArrival: ["kind": "offset"]
            case .keysetUp, .tokenDown: ["kind": "cursor", "next": "$.next"]
            case .linkUp: ["kind": "link"]
            }
        return [
            "url": "http://api.test/items?fields=all", "records": "$.items[*]", "pagination": pagination,
            "incremental": ["field": "$.at", "overlap": .number(JSONNumber(api.lateness))],
            "max_pages": api.chance(50) ? 2 : 100, "max_bytes": api.chance(30) ? 100 : 10_000_000,
        ]
    }
}
