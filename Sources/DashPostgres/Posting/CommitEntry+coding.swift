import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// Entries as bytes: numbers big endian, texts with their length in front. Only Dash reads them, within moments.
extension CommitEntry {
    static func encode(_ entries: [CommitEntry]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entries.count * 320)
        BinaryFormat.append(Int32(clamping: entries.count), to: &bytes)
        for entry in entries {
            bytes += entry.pipeline.bytes
            bytes += entry.team.bytes
            for kind in LedgerEntry.allCases { BinaryFormat.append(entry.ledger[kind], to: &bytes) }
            BinaryFormat.append(Int32(clamping: entry.days.count), to: &bytes)
            for (day, added) in entry.days {
                BinaryFormat.append(day.microseconds, to: &bytes)
                BinaryFormat.append(added.rows, to: &bytes)
                BinaryFormat.append(added.bytes, to: &bytes)
            }
            BinaryFormat.append(Int32(clamping: entry.runs.count), to: &bytes)
            for run in entry.runs.values { append(run, to: &bytes) }
        }
        return bytes
    }

    /// Throws for bytes that nobody wrote.
    static func decode(_ bytes: [UInt8]) throws -> [CommitEntry] {
        var reader = EntryReader(bytes)
        return try (0..<reader.count()).map { _ in
            var entry = CommitEntry(pipeline: try reader.uuid(), team: try reader.uuid())
            for kind in LedgerEntry.allCases { entry.ledger[kind] = try reader.number() }
            for _ in 0..<(try reader.count()) {
                let day = Timestamp(microseconds: try reader.number())
                entry.days[day] = Day(rows: try reader.number(), bytes: try reader.number())
            }
            for _ in 0..<(try reader.count()) {
                let run = try reader.run()
                entry.runs[run.id] = run
            }
            return entry
        }
    }

    private static func append(_ run: RunRow, to bytes: inout [UInt8]) {
        bytes += run.id.bytes
        append(Array(run.trigger.utf8), to: &bytes)
        for number in [
            run.startedAt.microseconds, run.finishedAt.microseconds, run.received, run.stored, run.quarantined,
            run.dropped, run.bytes, Int64(run.batches),
        ] { BinaryFormat.append(number, to: &bytes) }
        BinaryFormat.append(Int32(clamping: run.timings.count), to: &bytes)
        for (step, time) in run.timings {
            append(Array(step.utf8), to: &bytes)
            BinaryFormat.append(time, to: &bytes)
        }
    }

    private static func append(_ text: [UInt8], to bytes: inout [UInt8]) {
        BinaryFormat.append(Int32(clamping: text.count), to: &bytes)
        bytes += text
    }
}
