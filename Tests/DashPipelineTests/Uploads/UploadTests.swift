import DashConnectors
import DashJSON
import DashJobs
import DashModel
import DashSQLite
import DashStorage
import Foundation
import Logging
import TestSupport
import Testing

@testable import DashPipeline

/// Uploads through the engine, on a real store and a folder.
@Suite("Uploads")
struct UploadTests {
    private static func run(
        _ limits: UploadLimits = UploadLimits(),
        _ body: (EngineHarness, Uploads) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dash-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await EngineHarness.withStore { store, team in
            let objects = FolderObjectStore(path: folder.path)
            let harness = EngineHarness(store, team, objects: objects, uploadLimits: limits)
            try await harness.running { harness in
                try await body(harness, try #require(harness.engine.uploads))
            }
        }
    }

    private static func send(
        _ text: String,
        _ format: UploadFormat,
        isCompressed: Bool = false,
        to pipeline: UUID,
        _ harness: EngineHarness,
        _ uploads: Uploads
    ) async throws -> UUID {
        var pieces = [isCompressed ? deflated(Array(text.utf8), windowBits: 31) : Array(text.utf8)]
        let new = NewUpload(
            team: harness.team,
            pipeline: pipeline,
            filename: "a.\(format)",
            format: format,
            isCompressed: isCompressed
        )
        return try await uploads.receive(new, from: { pieces.popLast() }, also: { _ in [] }).id
    }

    private static func end(of upload: UUID, _ harness: EngineHarness) async throws -> ResourceRow {
        func row() async throws -> ResourceRow {
            try #require(try await harness.store.resources.fetch(Resources.uploads, id: upload, in: .system))
        }
        try await eventually("the upload is over") { Uploads.isOpen(try await row()) == false }
        return try await row()
    }

    @Test("are read to their end, bad lines apart, and counted")
    func countsAll() async throws {
        try await Self.run { harness, uploads in
            let pipeline = try await harness.pipeline()
            let good = (0..<12_000).map { "{\"n\":\($0)}" }
            let text = (good[..<6_000] + ["{\"n\":"] + good[6_000...]).joined(separator: "\n")
            let upload = try await Self.send(text, .ndjson, to: pipeline, harness, uploads)
            let row = try await Self.end(of: upload, harness)
            #expect(row["status"] == "completed", "\(row.values)")
            #expect(row["records_received"] == 12_001 && row["records_accepted"] == 12_000)
            #expect(row["records_quarantined"] == 1 && row["records_dropped"] == 0)
            #expect(row.int("position") == text.utf8.count && row.int("bytes_read") == text.utf8.count)
            #expect(try await harness.store.commits.ledger(of: pipeline)[.stored] == 12_000)
            let stored = try await harness.stored(pipeline)
            #expect(stored == good.suffix(stored.count) && stored.count >= 1_000)
            let quarantine = try await harness.rows(Resources.quarantinedRecords, of: pipeline)
            #expect(quarantine.first?.string("reason")?.hasPrefix("line 6001 of the file: ") == true)
            let runs = try await harness.rows(Resources.runs, of: pipeline)
            // One a minute.
            #expect(Set(runs.map { $0.string("trigger") }) == ["upload"])
            #expect(runs.reduce(0) { $0 + ($1.int("records_received") ?? 0) } == 12_001)
            try await harness.expectBalance(pipeline)
        }
    }

    @Test(
        "may be tables and arrays",
        arguments: [(UploadFormat.csv, "n,t\n1,a\n2,b\n"), (.json, "[{\"n\":1},{\"n\":2}]")]
    )
    func formats(_ format: UploadFormat, _ text: String) async throws {
        try await Self.run { harness, uploads in
            let pipeline = try await harness.pipeline()
            let row = try await Self.end(of: Self.send(text, format, to: pipeline, harness, uploads), harness)
            #expect(row["status"] == "completed" && row["records_accepted"] == 2, "\(row.values)")
        }
    }

    @Test(
        "are read in the encoding that is declared, and go on in it",
        arguments: [("text/csv; charset=iso-8859-1", "latin.csv", [:]), (nil, "latin.csv", ["charset": "latin1"])]
            as [(String?, String, JSONValue)]
    )
    func charsets(_ type: String?, _ filename: String, _ config: JSONValue) async throws {
        try await Self.run { harness, uploads in
            let pipeline = try await harness.pipeline(config: config)
            let bytes = Array("name;ort\nM".utf8) + [0xFC] + Array("ller;K\nZo".utf8) + [0xEB] + Array(";L\n".utf8)
            var pieces = [bytes]
            var new = NewUpload(
                team: harness.team,
                pipeline: pipeline,
                filename: filename,
                format: .csv,
                isCompressed: false
            )
            new.contentType = type
            let upload = try await uploads.receive(new, from: { pieces.popLast() }, also: { _ in [] }).id
            let row = try await Self.end(of: upload, harness)
            #expect(row["status"] == "completed", "\(row.values)")
            let expected = [#"{"name":"Müller","ort":"K"}"#, #"{"name":"Zoë","ort":"L"}"#]
            #expect(try await harness.stored(pipeline) == expected)
            let position = "name;ort\nMüller;K\n".utf8.count
            let values: [String: JSONValue] = [
                "status": "queued", "position": .number(JSONNumber(position)), "lines_read": 2,
            ]
            let update = ResourceChange.update(Resources.uploads, ResourceRow(id: upload, values: values))
            let job = UploadParameters(upload: upload).job(team: harness.team)
            try await harness.store.resources.apply([update, .enqueue(job)], in: .system)
            uploads.wake()
            _ = try await Self.end(of: upload, harness)
            #expect(try await harness.stored(pipeline) == expected + [expected[1]])
        }
    }

    @Test("that are no text in their encoding cost what is none, and tabs are tabs")
    func undeclared() async throws {
        try await Self.run { harness, uploads in
            let pipeline = try await harness.pipeline()
            let bytes = Array("a,b\tc\n1\tM".utf8) + [0xFC] + Array("ller\n2\tok\n".utf8)
            var pieces = [bytes]
            let new = NewUpload(
                team: harness.team,
                pipeline: pipeline,
                filename: "x.tsv",
                format: .csv,
                isCompressed: false
            )
            let upload = try await uploads.receive(new, from: { pieces.popLast() }, also: { _ in [] }).id
            let row = try await Self.end(of: upload, harness)
            #expect(row["records_accepted"] == 1 && row["records_quarantined"] == 1, "\(row.values)")
            #expect(try await harness.stored(pipeline) == [#"{"a,b":"2","c":"ok"}"#])
            let quarantine = try await harness.rows(Resources.quarantinedRecords, of: pipeline)
            #expect(
                quarantine.first?.string("reason")?.hasPrefix("line 2 of the file: the text is not valid UTF-8") == true
            )
        }
    }

    @Test("go on from where they stand, also within gzip", arguments: [false, true])
    func resume(isCompressed: Bool) async throws {
        try await Self.run { harness, uploads in
            let pipeline = try await harness.pipeline()
            let text = "{\"n\":1}\n{\"n\":2}\n"
            let upload = try await Self.send(text, .ndjson, isCompressed: isCompressed, to: pipeline, harness, uploads)
            #expect(try await Self.end(of: upload, harness)["records_accepted"] == 2)
            let values: [String: JSONValue] = ["status": "queued", "position": 8, "lines_read": 1]
            let update = ResourceChange.update(Resources.uploads, ResourceRow(id: upload, values: values))
            let job = UploadParameters(upload: upload).job(team: harness.team)
            try await harness.store.resources.apply([update, .enqueue(job)], in: .system)
            uploads.wake()
            #expect(try await Self.end(of: upload, harness)["records_accepted"] == 3)
            #expect(try await harness.stored(pipeline) == [#"{"n":1}"#, #"{"n":2}"#, #"{"n":2}"#])
        }
    }

    @Test("fail with the line and the reason")
    func failures() async throws {
        try await Self.run { harness, uploads in
            let pipeline = try await harness.pipeline()
            let cut = try await Self.send("[{\"n\":1},\n{\"n\":2},\n", .json, to: pipeline, harness, uploads)
            let row = try await Self.end(of: cut, harness)
            #expect(row["status"] == "failed" && row["records_accepted"] == 2)
            #expect(row.string("error_message")?.hasPrefix("Line 3: the file ends") == true, "\(row.values)")
            let bomb = String(repeating: " ", count: 9 << 20)
            let large = try await Self.send(bomb, .ndjson, isCompressed: true, to: pipeline, harness, uploads)
            #expect(try await Self.end(of: large, harness)["status"] == "failed")
        }
    }

    @Test("are refused above the limit, and nothing is left of them")
    func tooLarge() async throws {
        try await Self.run(UploadLimits(bytes: 10)) { harness, uploads in
            let pipeline = try await harness.pipeline()
            await #expect(throws: DashError.self) {
                try await Self.send("{\"n\":1}\n{\"n\":2}\n", .ndjson, to: pipeline, harness, uploads)
            }
            #expect(try await uploads.objects.list("", after: nil, limit: 10) == [])
            #expect(try await harness.rows(Resources.uploads, of: pipeline) == [])
        }
    }

    @Test("what of them is no JSON stays in the quarantine when the rest of it is replayed")
    func replayBesideBrokenLines() async throws {
        try await Self.run { harness, uploads in
            let pipeline = try await harness.pipeline()
            func rules(max: Int) -> JSONValue { [["kind": "range", "field": "n", "max": .number(JSONNumber(max))]] }
            let mapping = Rows.mapping(of: pipeline, ["rules": rules(max: 1)])
            try await harness.save(Resources.dataMappings, mapping)
            let text = "{\"n\":1}\n{\"n\":\n{\"n\":2}\n{\"n\":3}\n"
            _ = try await Self.end(of: Self.send(text, .ndjson, to: pipeline, harness, uploads), harness)
            // What is kept of a row holds its end of line.
            let table = "n,t\n4,\"a\"b\n"
            _ = try await Self.end(of: Self.send(table, .csv, to: pipeline, harness, uploads), harness)
            let before = try await harness.rows(Resources.quarantinedRecords, of: pipeline)
            let broken = before.filter { $0["rule"] == "format" }
            #expect(broken.count == 2 && before.count == 4, "\(before)")

            let wider = ResourceRow(id: mapping.id, values: ["rules": rules(max: 10)])
            try await harness.save(Resources.dataMappings, wider, isNew: false)
            let replay = try await harness.engine.replay(pipeline, in: harness.team, matching: QuarantineFilter())
            func row() async throws -> ResourceRow {
                try #require(try await harness.store.resources.fetch(Resources.replays, id: replay.id, in: .system))
            }
            try await eventually("the replay ends") { try await !row()["finished_at"].isNull }
            let ended = try await row()
            #expect(ended["status"] == "completed", "\(ended.values)")
            #expect(ended["accepted"] == 2 && ended["refused"] == 2)
            let after = try await harness.rows(Resources.quarantinedRecords, of: pipeline)
            for column in ["rule", "reason", "data"] {
                #expect(Set(after.map { $0[column] }) == Set(broken.map { $0[column] }), "\(column)")
            }
            #expect(after.count == 2)
            #expect(try await harness.store.commits.ledger(of: pipeline)[.stored] == 3)
            try await harness.expectBalance(pipeline)

            await #expect(throws: DashError.self) {
                try await harness.engine.preview(
                    pipeline,
                    in: harness.team,
                    mapping: nil,
                    sample: nil,
                    from: .quarantine
                )
            }
        }
    }

    @Test("leave no file behind: neither those that are long over nor those without a row")
    func upkeep() async throws {
        let limits = UploadLimits(retention: .seconds(3_600))
        try await Self.run(limits) { harness, uploads in
            let pipeline = try await harness.pipeline()
            let clock = ManualClock(SystemClock().now)
            let upkeep = UploadUpkeep(
                store: harness.store.resources,
                objects: uploads.objects,
                limits: limits,
                clock: clock,
                logger: Logger(label: "upkeep") { _ in SwiftLogNoOpLogHandler() }
            )
            func files() async throws -> [ObjectKey] {
                try await uploads.objects.list("", after: nil, limit: 10).map(\.key)
            }
            let upload = try await Self.send("{\"n\":1}", .ndjson, to: pipeline, harness, uploads)
            _ = try await Self.end(of: upload, harness)
            var body = [Array("{}".utf8)]
            let orphan = try #require(ObjectKey("\(Uploads.prefix)\(harness.team.text)/\(UUID.v7().text)"))
            try await uploads.objects.put(orphan) { body.popLast() }
            let foreign = try #require(ObjectKey("exports/\(UUID.v7().text)"))
            body = [Array("{}".utf8)]
            try await uploads.objects.put(foreign) { body.popLast() }

            try await upkeep.removeExpired()
            try await upkeep.removeOrphans()
            #expect(try await files().count == 3, "nothing is old yet")
            clock.advance(by: .seconds(3_700))
            try await upkeep.removeExpired()
            try await upkeep.removeOrphans()
            #expect(try await Set(files()) == [orphan, foreign])
            let row = try #require(try await harness.store.resources.fetch(Resources.uploads, id: upload, in: .system))
            #expect(row["object_key"] == "" && row["status"] == "completed")
            clock.advance(by: .seconds(86_400))
            try await upkeep.removeExpired()
            try await upkeep.removeOrphans()
            #expect(try await files() == [foreign])
        }
    }
}
