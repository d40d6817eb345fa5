import DashModel
import DashPipeline
import DashStorage
import Foundation
import Testing

@testable import DashConnectors

@Suite struct FileSinkTests {
    private let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
        "file-sink-\(UUID().uuidString)"
    ).path
    private let team = UUID.v7()

    private func delivery(_ records: [String], id: UUID = .v7()) -> Delivery {
        var bytes = RecordBytes()
        for record in records { bytes.append(record.utf8) }
        return Delivery(
            id: id,
            team: team,
            pipeline: .v7(),
            lane: .sink(.v7()),
            receivedAt: .epoch,
            firstID: 1,
            lastID: Int64(records.count),
            attempts: 0,
            records: bytes
        )
    }

    private func content(_ name: String) -> String {
        String(
            decoding: FileManager.default.contents(atPath: "\(directory)/\(team.text)/\(name)") ?? Data(),
            as: UTF8.self
        )
    }

    @Test func appendsOneRecordALine() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let sink = FileSink(directory: directory, name: "a/b.ndjson")
        try await sink.send(delivery([#"{"a":1}"#, #"{"a":2}"#]))
        try await sink.send(delivery([#"{"a":3}"#]))
        #expect(content("a/b.ndjson") == "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n")
    }

    @Test func aRepeatedDeliveryReplacesItself() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let sink = FileSink(directory: directory, name: "b.ndjson")
        try await sink.send(delivery([#"{"a":1}"#]))
        let second = delivery([#"{"a":2}"#, #"{"a":3}"#])
        try await sink.send(second)
        try await sink.send(second)
        #expect(content("b.ndjson") == "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n")
    }

    @Test func deliveriesThatComeAgainAfterACrashAreThereOnce() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let sink = FileSink(directory: directory, name: "b.ndjson")
        let all = (1...32).map { delivery([#"{"n":\#($0)}"#]) }
        for one in all { try await sink.send(one) }
        // The last one was half written when the server died.
        let path = "\(directory)/\(team.text)/b.ndjson"
        let whole = content("b.ndjson")
        try Data(whole.utf8.dropLast(4)).write(to: URL(filePath: path))
        for one in all { try await FileSink(directory: directory, name: "b.ndjson").send(one) }
        #expect(content("b.ndjson") == whole)
        // Another one in between, as when a dead letter goes out again.
        let next = delivery([#"{"n":33}"#])
        try await sink.send(next)
        try await sink.send(all[31])
        try await sink.send(next)
        #expect(content("b.ndjson") == whole + "{\"n\":33}\n")
    }

    @Test func aFileThatWasReplacedStartsAnew() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let sink = FileSink(directory: directory, name: "b.ndjson")
        let (first, second) = (delivery([#"{"a":1}"#]), delivery([#"{"a":2}"#]))
        for one in [first, second] { try await sink.send(one) }
        try FileManager.default.removeItem(atPath: "\(directory)/\(team.text)/b.ndjson")
        try await sink.send(delivery([#"{"a":3}"#]))
        try await sink.send(second)
        #expect(content("b.ndjson") == "{\"a\":3}\n{\"a\":2}\n")
    }

    @Test(arguments: ["../x", "/etc/passwd", "a/../b", "", ".hidden", "a//b", "a b", "a\\b", "a/.", "x\u{0}y"])
    func refusesNamesThatLeadElsewhere(name: String) {
        #expect(throws: DashError.self) { try FileSink.checkedName(name) }
    }

    @Test func tellsThatTheDiskRefuses() async throws {
        let sink = FileSink(directory: "/proc/none", name: "b.ndjson")
        await #expect(throws: (any Error).self) { try await sink.send(delivery([#"{"a":1}"#])) }
    }
}
