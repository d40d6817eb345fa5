import DashExchange
import DashJSON
import DashModel
import DashSQLite
import DashStorage
import FoundationEssentials
import TestSupport
import Testing

@testable import DashPipeline

@Suite struct IngestTests {
    @Test func aPostedBodyIsStoredCachedAndPublished() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            var events = harness.pubsub.subscribe(to: [.pipeline(pipeline)], buffering: 10).makeAsyncIterator()
            let receipt = try await harness.post(pipeline, #"[{"n":1},{"n":2}]"#)
            #expect(receipt == IngestReceipt(accepted: 2, quarantined: 0, duplicates: 0))
            #expect(try await harness.stored(pipeline) == [#"{"n":1}"#, #"{"n":2}"#])
            let cached = try await harness.engine.latest(of: pipeline, limit: 10)
            let saved = try await harness.store.records.latest(of: pipeline, limit: 10, now: SystemClock().now)
            #expect(cached == saved)
            guard case .event(.committed(let batch)) = await events.next() else {
                Issue.record("nothing was published")
                return
            }
            #expect(batch.firstID == saved.first?.id)
            #expect(batch.batch.records.count == 2)
            try await harness.expectBalance(pipeline)
        }
    }

    @Test func linesSingleObjectsAndRecordPathsAreRead() async throws {
        try await EngineHarness.run { harness in
            let plain = try await harness.pipeline()
            #expect(try await harness.post(plain, "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n").accepted == 3)
            #expect(try await harness.post(plain, #"{"n":4}"#).accepted == 1)
            #expect(try await harness.post(plain, "[]").accepted == 0)
            let nested = try await harness.pipeline(config: ["records": "$.data.items[*]"])
            #expect(try await harness.post(nested, #"{"data":{"items":[{"n":1},{"n":2}]}}"#).accepted == 2)
            #expect(try await harness.stored(nested) == [#"{"n":1}"#, #"{"n":2}"#])
        }
    }

    @Test func brokenBodiesAreRefusedWithTheirPlace() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            for body in ["", "{", #"{"n":01}"#, "[1,]", "nul"] {
                await #expect(throws: DashError.self, "\(body)") { try await harness.post(pipeline, body) }
            }
            do {
                _ = try await harness.post(pipeline, "{\"a\":1,\n\"b\":}")
            } catch let error as DashError {
                #expect(error.code == .invalid)
                #expect(error.message.contains("line 2"))
            }
            #expect(try await harness.stored(pipeline).isEmpty)
        }
    }

    @Test func badRecordsGoToTheQuarantineAndTheRestGoesOn() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            try await harness.save(
                Resources.dataMappings,
                Rows.mapping(
                    of: pipeline,
                    [
                        "mappings": [["target": "temp", "source": "$.t", "type": "number"]],
                        "rules": [["kind": "range", "field": "temp", "min": 0, "max": 100]],
                    ]
                )
            )
            let receipt = try await harness.post(pipeline, #"[{"t":20},{"t":900},"x",{"t":30}]"#)
            #expect(receipt == IngestReceipt(accepted: 2, quarantined: 2, duplicates: 0))
            #expect(try await harness.stored(pipeline) == [#"{"temp":20}"#, #"{"temp":30}"#])
            let quarantined = try await harness.rows(Resources.quarantinedRecords, of: pipeline)
            #expect(Set(quarantined.compactMap { $0.string("rule") }) == ["range", "record"])
            try await harness.expectBalance(pipeline)
            let ledger = try await harness.store.commits.ledger(of: pipeline)
            #expect(ledger[.received] == 4 && ledger[.stored] == 2 && ledger[.quarantined] == 2)
        }
    }

    @Test func filteredRecordsCountAsDropped() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            try await harness.save(
                Resources.dataMappings,
                Rows.mapping(
                    of: pipeline,
                    [
                        "mappings": [["target": "temp", "source": "$.t"]],
                        "transformations": [
                            ["kind": "filter", "expression": "record.temp > 0.0"],
                            [
                                "kind": "compute", "target": "late",
                                "expression": "now > timestamp('2020-01-01T00:00:00Z')",
                            ],
                        ],
                        "rules": [["kind": "cel", "expression": "record.temp < 100"]],
                    ]
                )
            )
            let receipt = try await harness.post(pipeline, #"[{"t":-1},{"t":2.5},{"t":0},{"t":100},{"t":"x"}]"#)
            #expect(receipt == IngestReceipt(accepted: 1, quarantined: 2, duplicates: 0))
            #expect(try await harness.stored(pipeline) == [#"{"temp":2.5,"late":true}"#])
            let ledger = try await harness.store.commits.ledger(of: pipeline)
            #expect(ledger[.received] == 5 && ledger[.droppedFilter] == 2 && ledger[.quarantined] == 2)
            try await harness.expectBalance(pipeline)
            #expect(try await harness.post(pipeline, #"{"t":-1}"#).accepted == 0)
            try await harness.expectBalance(pipeline)
        }
    }

    @Test func explodedRecordsBalance() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            try await harness.save(
                Resources.dataMappings,
                Rows.mapping(of: pipeline, ["transformations": [["kind": "explode", "field": "items"]]])
            )
            #expect(
                try await harness.post(pipeline, #"[{"items":[{"a":1},{"a":2},{"a":3}]},{"items":[]}]"#).accepted >= 3
            )
            try await harness.expectBalance(pipeline)
        }
    }

    @Test func aRepeatedKeyIsStoredOnceAndAnsweredAsBefore() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            let first = try await harness.post(pipeline, #"[{"n":1},{"n":2}]"#, key: "k")
            let second = try await harness.post(pipeline, #"[{"n":1},{"n":2}]"#, key: "k")
            #expect(first.accepted == 2 && first.duplicates == 0)
            #expect(second.accepted == 2 && second.duplicates == 0 && second.isRepeat && !first.isRepeat)
            #expect(try await harness.stored(pipeline).count == 2)
            try await harness.expectBalance(pipeline)
        }
    }

    @Test func everyAcknowledgedRecordOfManyPostersIsThereOnce() async throws {
        try await EngineHarness.run { harness in
            func minute() -> Int64 { SystemClock().now.microseconds / 60_000_000 }
            let began = minute()
            let pipelines = [try await harness.pipeline(), try await harness.pipeline()]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for poster in 0..<16 {
                    group.addTask {
                        for number in 0..<25 {
                            let receipt = try await harness.post(
                                pipelines[poster % 2],
                                "{\"id\":\"\(poster)-\(number)\"}"
                            )
                            #expect(receipt.accepted == 1)
                        }
                    }
                }
                try await group.waitForAll()
            }
            for pipeline in pipelines {
                let stored = try await harness.stored(pipeline)
                #expect(stored.count == 200)
                #expect(Set(stored).count == 200)
                try await harness.expectBalance(pipeline)
                let runs = try await harness.rows(Resources.runs, of: pipeline)
                #expect(runs.count <= minute() - began + 1, "one row a minute")
                let cached = try await harness.cache.latest(of: pipeline, limit: 100)
                #expect(cached?.map { String(decoding: $0.data, as: UTF8.self) } == Array(stored.suffix(100)))
            }
        }
    }

    @Test func shutdownLosesNothingThatWasAcknowledged() async throws {
        try await EngineHarness.withStore { store, team in
            let harness = EngineHarness(store, team)
            let pipeline = try await harness.pipeline()
            let acknowledged = Collected()
            try await withThrowingTaskGroup(of: Void.self) { group in
                try await harness.running { harness in
                    for poster in 0..<8 {
                        group.addTask {
                            for number in 0... {
                                do {
                                    _ = try await harness.post(pipeline, "{\"id\":\"\(poster)-\(number)\"}")
                                    acknowledged.append("{\"id\":\"\(poster)-\(number)\"}")
                                } catch let error as DashError {
                                    #expect(error.code == .unavailable)
                                    return
                                }
                            }
                        }
                    }
                    try await eventually("some are in") { acknowledged.values.count > 100 }
                }
                try await group.waitForAll()
            }
            #expect(Set(try await harness.stored(pipeline)) == Set(acknowledged.values))
            try await harness.expectBalance(pipeline)
        }
    }

    @Test func atTheStorageLimitNothingIsStoredAndEverythingIsCounted() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            try await harness.save(
                Resources.teams,
                ResourceRow(id: harness.team, values: ["storage_limit_gb": 0]),
                isNew: false
            )
            do {
                _ = try await harness.post(pipeline, #"[{"n":1},{"n":2}]"#)
                Issue.record("it was taken")
            } catch let error as DashError {
                #expect(error.code == .storageLimit)
                #expect(error.retryAfter != nil)
            }
            #expect(try await harness.stored(pipeline).isEmpty)
            #expect(try await harness.store.commits.ledger(of: pipeline)[.droppedStorageLimit] == 2)
            try await harness.expectBalance(pipeline)
        }
    }

    @Test func pausedAndUnknownPipelinesTakeNothing() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            try await harness.pause(pipeline)
            await #expect(throws: DashError.self) { try await harness.post(pipeline, "{}") }
            try await harness.resume(pipeline)
            #expect(try await harness.post(pipeline, "{}").accepted == 1)
            await #expect(throws: DashError.self) { try await harness.post(.v7(), "{}") }
            #expect(try await harness.engine.ingestTarget(pipeline)?.team == harness.team)
            #expect(try await harness.engine.ingestTarget(.v7()) == nil)
        }
    }

    @Test func recordsOfAPipelineThatStoresNoneReachCacheAndSinks() async throws {
        let probe = SinkProbe()
        try await EngineHarness.run(sinks: [probe.kind("probe")]) { harness in
            let pipeline = try await harness.pipeline(["persist_data": false])
            try await harness.save(Resources.pipelineSinks, Rows.sink(of: pipeline, type: "probe"))
            for number in 1...3 { _ = try await harness.post(pipeline, "{\"n\":\(number)}") }
            #expect(try await harness.stored(pipeline).isEmpty)
            let cached = try await harness.engine.latest(of: pipeline, limit: 10)
            #expect(cached.map { String(decoding: $0.data, as: UTF8.self) } == (1...3).map { "{\"n\":\($0)}" })
            #expect(cached.map(\.id) == cached.map(\.id).sorted())
            try await eventually("the sink has all") { probe.records.count == 3 }
            #expect(try await harness.store.commits.ledger(of: pipeline)[.memoryOnly] == 3)
            try await harness.expectBalance(pipeline)
        }
    }

    @Test func expiredRecordsAreNotShownFromTheCacheEither() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline(["retention_days": 1])
            let old = Record(id: 1, ingestedAt: SystemClock().now - .seconds(2 * 86_400), data: Array("{}".utf8)[...])
            try await harness.cache.fill(pipeline, with: [old])
            #expect(try await harness.engine.latest(of: pipeline, limit: 10).isEmpty)
            _ = try await harness.post(pipeline, "{}")
            #expect(try await harness.engine.latest(of: pipeline, limit: 10).count == 1)
        }
    }

    @Test func theSourcesSchemaIsInferredFromTheFirstBatch() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            try await harness.save(Resources.dataMappings, Rows.mapping(of: pipeline))
            _ = try await harness.post(pipeline, #"[{"id":1,"name":"a"},{"id":2}]"#)
            try await eventually("the schema is there") {
                let schema = try await harness.rows(Resources.dataMappings, of: pipeline).first?["source_schema"]
                return schema?["properties"]?["id"] != nil
            }
        }
    }
}
