import DashJSON
import DashJobs
import DashModel
import DashStorage
import FoundationEssentials
import TestSupport
import Testing

@testable import DashPipeline

@Suite struct ReplayTests {
    private static let strict: [String: JSONValue] = ["rules": [["kind": "range", "field": "n", "max": 10]]]

    private func mapping(_ harness: EngineHarness, of pipeline: UUID) async throws -> ResourceRow {
        let row = Rows.mapping(of: pipeline, Self.strict)
        try await harness.save(Resources.dataMappings, row)
        return row
    }

    /// The mapping as it is after somebody saw the quarantine.
    private func fix(_ harness: EngineHarness, _ mapping: ResourceRow, max: Int) async throws {
        let rules: JSONValue = [["kind": "range", "field": "n", "max": .number(JSONNumber(max))]]
        let row = ResourceRow(
            id: mapping.id,
            values: ["rules": rules, "transformations": [["kind": "explode", "field": "l"]]]
        )
        try await harness.save(Resources.dataMappings, row, isNew: false)
    }

    private func finished(_ harness: EngineHarness, _ replay: ResourceRow) async throws -> ResourceRow {
        try await eventually("the replay ends") {
            try await harness.store.resources.fetch(Resources.replays, id: replay.id, in: .system)?["finished_at"]
                .isNull == false
        }
        return try #require(try await harness.store.resources.fetch(Resources.replays, id: replay.id, in: .system))
    }

    @Test func replayedRecordsLeaveTheQuarantineForGoodOrComeBack() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            let mapping = try await mapping(harness, of: pipeline)
            _ = try await harness.post(pipeline, #"[{"n":1},{"n":11},{"n":12,"l":[1,2]},{"n":99}]"#)
            #expect(try await harness.rows(Resources.quarantinedRecords, of: pipeline).count == 3)
            try await fix(harness, mapping, max: 20)
            let replay = try await harness.engine.replay(pipeline, in: harness.team, matching: QuarantineFilter())
            #expect(replay["total"] == 3)
            let row = try await finished(harness, replay)
            #expect(row["status"] == "completed" && row["replayed"] == 3)
            #expect(row["accepted"] == 3 && row["refused"] == 1)
            #expect(
                try await harness.stored(pipeline)
                    == [#"{"n":1}"#, #"{"n":11}"#, #"{"n":12,"l":1}"#, #"{"n":12,"l":2}"#]
            )
            let left = try await harness.rows(Resources.quarantinedRecords, of: pipeline)
            #expect(left.count == 1 && left.first?["data"] == #"{"n":99}"#)
            let ledger = try await harness.store.commits.ledger(of: pipeline)
            #expect(ledger[.received] == 5 && ledger[.stored] == 4 && ledger[.quarantined] == 1)
            try await harness.expectBalance(pipeline)
            let runs = try await harness.rows(Resources.runs, of: pipeline)
            let run = try #require(runs.first { $0["trigger"] == "replay" })
            #expect(run["records_stored"] == 3 && run["records_quarantined"] == 1)
        }
    }

    @Test func onlyWhatWasChosenIsReplayed() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            let mapping = try await mapping(harness, of: pipeline)
            _ = try await harness.post(pipeline, #"[{"n":11},{"n":"x"},{"n":12},"text"]"#)
            try await fix(harness, mapping, max: 20)
            let rows = try await harness.rows(Resources.quarantinedRecords, of: pipeline)
            let one = try #require(rows.first { $0["data"] == #"{"n":12}"# })
            let named = QuarantineFilter(records: [one.id])
            _ = try await finished(
                harness,
                try await harness.engine.replay(pipeline, in: harness.team, matching: named)
            )
            #expect(try await harness.stored(pipeline) == [#"{"n":12}"#])
            let ranged = QuarantineFilter(rule: "range")
            let replay = try await harness.engine.replay(pipeline, in: harness.team, matching: ranged)
            _ = try await finished(harness, replay)
            #expect(try await harness.stored(pipeline).contains(#"{"n":11}"#))
            #expect(
                try await harness.rows(Resources.quarantinedRecords, of: pipeline).contains { $0["data"] == #""text""# }
            )
            try await harness.expectBalance(pipeline)
            let none = QuarantineFilter(rule: "no such rule")
            await #expect(throws: DashError.self) {
                try await harness.engine.replay(pipeline, in: harness.team, matching: none)
            }
        }
    }

    /// The node falls after each stretch's commit and before anything else: the next life of the job doubles nothing.
    @Test(arguments: [0, 1, 2]) func aReplayThatFellGoesOnWithoutDoubling(stretches: Int) async throws {
        try await EngineHarness.withStore { store, team in
            let count = ReplayJob.stretch * 2 + 7
            let harness = EngineHarness(store, team)
            let pipeline = try await harness.pipeline()
            let mapping = try await mapping(harness, of: pipeline)
            var replay = ResourceRow(id: .v7(), values: [:])
            try await harness.running { harness in
                let body = (0..<count).map { #"{"n":\#(1_000 + $0)}"# }.joined(separator: "\n")
                _ = try await harness.post(pipeline, body)
                try await fix(harness, mapping, max: 1_000_000)
                let extent = try await store.quarantine.extent(of: pipeline, matching: QuarantineFilter())
                #expect(extent.count == count)
                replay = ResourceRow(
                    id: .v7(),
                    values: [
                        "team_id": .string(team.text), "pipeline_id": .string(pipeline.text), "status": "running",
                        "total": .number(JSONNumber(count)), "until": .string(try #require(extent.last).text),
                    ]
                )
                try await store.resources.apply([.insert(Resources.replays, replay)], in: .system)
                // What the first life of the job committed.
                var after: UUID?
                for _ in 0..<stretches {
                    let rows = try await store.quarantine.page(
                        of: pipeline,
                        matching: QuarantineFilter(),
                        after: after,
                        until: extent.last,
                        limit: ReplayJob.stretch
                    )
                    after = rows.last?.id
                    try await self.commit(rows, of: replay.id, through: pipeline, harness)
                }
            }
            let next = EngineHarness(store, team)
            try await next.running { harness in
                let parameters = ReplayParameters(replay: replay.id)
                try await store.jobs.enqueue(
                    [NewJob(kind: ReplayJob.kind, parameters: parameters.json)],
                    now: SystemClock().now
                )
                harness.engine.signals["default"].wake()
                let row = try await finished(harness, replay)
                #expect(row["replayed"].intValue == count && row["accepted"].intValue == count)
                let stored = try await harness.stored(pipeline)
                #expect(stored.count == count && Set(stored).count == count)
                #expect(try await harness.rows(Resources.quarantinedRecords, of: pipeline).isEmpty)
                try await harness.expectBalance(pipeline)
            }
        }
    }

    private func commit(
        _ rows: [QuarantineRow],
        of replay: UUID,
        through pipeline: UUID,
        _ harness: EngineHarness
    ) async throws {
        let compiled = try #require(try await harness.engine.catalog.pipeline(pipeline))
        var journey = Journey(
            pipeline: compiled,
            trigger: .replay,
            origin: .picked(PickedRecords(quarantined: rows.map(\.record))),
            startedAt: SystemClock().now
        )
        journey.settles.replay = Settlement.Replay(id: replay, records: rows.map(\.id))
        let first = try await harness.engine.runner.run(journey)
        guard case .saved = first.outcome else {
            Issue.record("\(first.outcome)")
            return
        }
        // The same stretch once more is refused whole.
        let second = try await harness.engine.runner.run(journey)
        #expect(second.outcome == .fenced)
    }

    @Test func aMappingThatCannotRunFailsTheReplayWithItsReason() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            let mapping = try await mapping(harness, of: pipeline)
            _ = try await harness.post(pipeline, #"[{"n":1},{"n":11}]"#)
            let broken = ResourceRow(id: mapping.id, values: ["rules": [["kind": "nonsense"]]])
            try await harness.save(Resources.dataMappings, broken, isNew: false)
            let replay = try await harness.engine.replay(pipeline, in: harness.team, matching: QuarantineFilter())
            let row = try await finished(harness, replay)
            #expect(row["status"] == "failed")
            #expect(row.string("error_message")?.contains("/rules/0/kind") == true)
            #expect(try await harness.rows(Resources.quarantinedRecords, of: pipeline).count == 1)
        }
    }
}
