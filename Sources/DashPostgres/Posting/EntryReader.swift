import DashModel
import DashStorage
import FoundationEssentials

/// Reads what `CommitEntry.encode` wrote.
struct EntryReader {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func number() throws -> Int64 { try take(8) { BinaryFormat.number($0) } }

    /// How many of something follow; no more than there are bytes.
    mutating func count() throws -> Int {
        let count = Int(try take(4) { BinaryFormat.number($0) as Int32 })
        guard count >= 0, count <= bytes.count else { throw Self.damaged }
        return count
    }

    mutating func uuid() throws -> UUID {
        guard let id = try take(16, { UUID(bytes: Array($0)) }) else { throw Self.damaged }
        return id
    }

    mutating func text() throws -> String { try take(try count()) { String(decoding: $0, as: UTF8.self) } }

    mutating func run() throws -> RunRow {
        let id = try uuid()
        let trigger = try text()
        let startedAt = Timestamp(microseconds: try number())
        let finishedAt = Timestamp(microseconds: try number())
        var run = RunRow(id: id, trigger: trigger, dueAt: nil, startedAt: startedAt, finishedAt: finishedAt)
        run.received = try number()
        run.stored = try number()
        run.quarantined = try number()
        run.dropped = try number()
        run.bytes = try number()
        run.batches = Int(try number())
        for _ in 0..<(try count()) { run.timings[try text()] = try number() }
        return run
    }

    private mutating func take<Value>(_ count: Int, _ body: (UnsafeRawBufferPointer) -> Value) throws -> Value {
        guard count <= bytes.count - place else { throw Self.damaged }
        defer { place += count }
        return bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[place..<(place + count)])) }
    }

    private static let damaged = DashError(.internal, "An entry of the commit log is damaged.")
}
