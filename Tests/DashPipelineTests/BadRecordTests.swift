import DashJSON
import DashMapping
import DashModel
import DashStorage
import FoundationEssentials
import TestSupport
import Testing

@testable import DashPipeline

/// One record that can't be taken does not hold up the others, on any way in.
@Suite("Bad records among good ones")
struct BadRecordTests {
    private static let null = #"{"n":"a\u0000b"}"#

    @Test("a null character costs its record alone, and the quarantine keeps it")
    func nullCharacter() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            let receipt = try await harness.post(pipeline, "[{\"n\":1},\(Self.null),{\"n\":3}]")
            #expect(receipt == IngestReceipt(accepted: 2, quarantined: 1, duplicates: 0))
            #expect(try await harness.stored(pipeline) == [#"{"n":1}"#, #"{"n":3}"#])
            let quarantined = try await harness.rows(Resources.quarantinedRecords, of: pipeline)
            #expect(quarantined.count == 1)
            #expect(quarantined.first?.string("reason")?.contains("null character") == true)
            try await harness.expectBalance(pipeline)
        }
    }

    @Test("a body with nothing that can be stored is the sender's mistake", arguments: [null, #"[{"n":1e20000}]"#])
    func nothingElse(_ body: String) async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            let error = await #expect(throws: DashError.self) { try await harness.post(pipeline, body) }
            #expect(error?.code == .invalid)
            #expect(try await harness.rows(Resources.quarantinedRecords, of: pipeline).isEmpty)
        }
    }

    @Test("what the mapping leaves out can't be at fault")
    func droppedField() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            try await harness.save(
                Resources.dataMappings,
                Rows.mapping(of: pipeline, ["transformations": [["kind": "drop", "fields": ["note"]]]])
            )
            let receipt = try await harness.post(pipeline, #"{"n":1,"note":"\u0000"}"#)
            #expect(receipt == IngestReceipt(accepted: 1, quarantined: 0, duplicates: 0))
            #expect(try await harness.stored(pipeline) == [#"{"n":1}"#])
        }
    }

    @Test("a polled answer loses its bad records alone")
    func polled() async throws {
        let source = SourceProbe { _, _ in
            FetchedBody(bytes: Array(#"[{"n":1},7,{"n":"a\u0000b"},{"n":3}]"#.utf8), cursor: ["page": 1])
        }
        try await EngineHarness.run(sources: [source.kind()]) { harness in
            let pipeline = try await harness.pipeline(type: "polling", source: "probe", ["cron": "0 0 1 1 *"])
            _ = try await harness.engine.runNow(pipeline, in: harness.team)
            try await eventually("the good ones are stored") { try await harness.stored(pipeline).count == 2 }
            #expect(try await harness.stored(pipeline) == [#"{"n":1}"#, #"{"n":3}"#])
            #expect(try await harness.rows(Resources.quarantinedRecords, of: pipeline).count == 2)
            try await harness.expectBalance(pipeline)
        }
    }

    @Test("a polled answer is read in the encoding that it declares")
    func polledCharset() async throws {
        let source = SourceProbe { _, _ in
            FetchedBody(
                bytes: Array(#"[{"city":"K"#.utf8) + [0xF6] + Array(#"ln"}]"#.utf8),
                form: BodyForm(contentType: "application/json; charset=iso-8859-1")
            )
        }
        try await EngineHarness.run(sources: [source.kind()]) { harness in
            let pipeline = try await harness.pipeline(type: "polling", source: "probe", ["cron": "0 0 1 1 *"])
            _ = try await harness.engine.runNow(pipeline, in: harness.team)
            try await eventually("it is stored") { try await harness.stored(pipeline).count == 1 }
            #expect(try await harness.stored(pipeline) == [#"{"city":"Köln"}"#])
        }
    }

    @Test("a broken line costs itself alone")
    func brokenLine() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            let receipt = try await harness.post(pipeline, "{\"n\":1}\n{\"n\":oops}\n{\"n\":3}\n")
            #expect(receipt == IngestReceipt(accepted: 2, quarantined: 1, duplicates: 0))
            let quarantined = try await harness.rows(Resources.quarantinedRecords, of: pipeline)
            #expect(quarantined.first?.string("reason")?.hasPrefix("line 2") == true)
            try await harness.expectBalance(pipeline)
        }
    }

    @Test("an event is stored once, whatever it comes together with, and repeats are answered like the first")
    func events() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            func post(_ names: [String]) async throws -> IngestReceipt {
                let body = "[" + names.map { "{\"id\":\"\($0)\"}" }.joined(separator: ", ") + "]"
                var request = IngestRequest(pipeline: pipeline, body: Array(body.utf8))
                request.eventKeys = names
                return try await harness.engine.ingest(request)
            }
            #expect(try await post(["a", "b"]) == IngestReceipt(accepted: 2, quarantined: 0, duplicates: 0))
            #expect(try await post(["b", "c", "c"]) == IngestReceipt(accepted: 1, quarantined: 0, duplicates: 2))
            #expect(
                try await post(["a", "b"]) == IngestReceipt(accepted: 2, quarantined: 0, duplicates: 0, isRepeat: true)
            )
            let single = IngestRequest(pipeline: pipeline, body: Array(#"{"id":"a"}"#.utf8), idempotencyKey: "a")
            #expect(
                try await harness.engine.ingest(single)
                    == IngestReceipt(accepted: 1, quarantined: 0, duplicates: 0, isRepeat: true)
            )
            #expect(try await harness.stored(pipeline) == [#"{"id":"a"}"#, #"{"id":"b"}"#, #"{"id":"c"}"#])
            try await harness.expectBalance(pipeline)
        }
    }

    @Test("what comes among events and is none goes to the quarantine, once")
    func unreadableEvents() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            func post(_ names: [String], _ bad: [String]) async throws -> IngestReceipt {
                let body = "[" + names.map { "{\"id\":\"\($0)\"}" }.joined(separator: ",") + "]"
                var request = IngestRequest(pipeline: pipeline, body: Array(body.utf8))
                request.eventKeys = names
                request.unreadable = bad.map { .init(key: $0, reason: "no event", data: Array("<\($0)>".utf8)) }
                return try await harness.engine.ingest(request)
            }
            #expect(try await post(["a", "b"], ["x"]) == IngestReceipt(accepted: 2, quarantined: 1, duplicates: 0))
            #expect(
                try await post(["a", "b"], ["x"])
                    == IngestReceipt(accepted: 2, quarantined: 1, duplicates: 0, isRepeat: true)
            )
            // All events are known, and what is none is not.
            #expect(try await post(["a"], ["y"]) == IngestReceipt(accepted: 0, quarantined: 1, duplicates: 1))
            #expect(try await post(["c"], ["y"]) == IngestReceipt(accepted: 1, quarantined: 0, duplicates: 1))
            #expect(try await harness.stored(pipeline) == [#"{"id":"a"}"#, #"{"id":"b"}"#, #"{"id":"c"}"#])
            let quarantined = try await harness.rows(Resources.quarantinedRecords, of: pipeline)
            #expect(quarantined.count == 2)
            #expect(Set(quarantined.map { $0.string("rule") }) == ["format"])
            #expect(Set(quarantined.map { $0.string("reason") }) == ["no event"])
            try await harness.expectBalance(pipeline)
        }
    }

    @Test("a repeat is answered like the first, quarantined and duplicates too")
    func repeats() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            try await harness.save(
                Resources.dataMappings,
                Rows.mapping(of: pipeline, ["transformations": [["kind": "deduplicate", "fields": ["n"]]]])
            )
            let body = #"[{"n":1},{"n":1},"x",{"n":2}]"#
            let first = try await harness.post(pipeline, body, key: "k")
            #expect(first == IngestReceipt(accepted: 2, quarantined: 1, duplicates: 1))
            var again = first
            again.isRepeat = true
            #expect(try await harness.post(pipeline, body, key: "k") == again)
        }
    }

    @Test("what becomes too large is refused before it is made")
    func amplification() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            let table = String(repeating: "n", count: 50_000) + "\n" + String(repeating: "1\n", count: 30_000)
            let request = IngestRequest(pipeline: pipeline, body: Array(table.utf8), form: BodyForm(.csv))
            let error = await #expect(throws: DashError.self) { try await harness.engine.ingest(request) }
            #expect(error?.code == .tooLarge)
            #expect(try await harness.stored(pipeline).isEmpty)
        }
    }

    @Test(
        "names that meet go to the quarantine instead of one replacing the other",
        arguments: [
            (["kind": "rename", "from": "a", "to": "b"], #"{"a":1,"b":2}"#),
            (["kind": "flatten"], #"{"a":{"b":1},"a_b":2}"#),
            (["kind": "explode", "field": "items", "merge": true], #"{"id":1,"items":[{"id":2}]}"#),
        ] as [(JSONValue, String)]
    )
    func collisions(_ step: JSONValue, _ record: String) async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            try await harness.save(
                Resources.dataMappings,
                Rows.mapping(of: pipeline, ["transformations": .array([step])])
            )
            #expect(try await harness.post(pipeline, record).quarantined == 1)
            let quarantined = try await harness.rows(Resources.quarantinedRecords, of: pipeline)
            #expect(quarantined.first?.string("rule") == "name_collision")
        }
    }
}
