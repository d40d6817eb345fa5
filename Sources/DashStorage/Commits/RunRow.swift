package import DashJSON
package import DashModel
package import FoundationEssentials

/// A run as a commit leaves it, or what it adds to one that is there.
package struct RunRow {
    package let id: UUID
    package let trigger: String
    package let dueAt: Timestamp?
    package let startedAt: Timestamp
    package private(set) var finishedAt: Timestamp
    package var received: Int64 = 0
    package var stored: Int64 = 0
    package var quarantined: Int64 = 0
    package var dropped: Int64 = 0
    package var bytes: Int64 = 0
    package var batches = 0
    package var timings: [String: Int64] = [:]

    package init(id: UUID, trigger: String, dueAt: Timestamp?, startedAt: Timestamp, finishedAt: Timestamp) {
        self.id = id
        self.trigger = trigger
        self.dueAt = dueAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }

    /// The run of a pipeline's minute; its id follows from both, so that each commit finds the same row.
    package init(minuteOf time: Timestamp, trigger: String, pipeline: UUID, now: Timestamp) {
        let minute = time.microseconds - time.microseconds % 60_000_000
        let start = Timestamp(microseconds: minute)
        var bytes = Array(UUID.v7(at: start).bytes.prefix(6)) + pipeline.bytes.suffix(10)
        for (index, byte) in trigger.utf8.enumerated() { bytes[9 + index % 7] ^= byte }
        bytes[6] = 0x70 | bytes[6] & 0x0f
        bytes[8] = 0x80 | bytes[8] & 0x3f
        self.init(
            id: UUID(bytes: bytes) ?? .v7(at: start),
            trigger: trigger,
            dueAt: nil,
            startedAt: start,
            finishedAt: now
        )
    }

    package mutating func add(_ part: BatchCommit, _ timings: [String: Int64]) {
        received += part.ledger[.received] + Int64(part.settles.replay?.records.count ?? 0)
        stored += part.persists ? Int64(part.batch.records.count) : 0
        quarantined += Int64(part.quarantined.count)
        dropped += part.ledger[.droppedFilter] + part.ledger[.droppedInvalid]
        bytes += part.ledger[.bytesReceived]
        batches += 1
        self.timings.merge(timings, uniquingKeysWith: +)
    }

    package mutating func addTimings(_ earlier: JSONValue) {
        for (step, time) in earlier.objectValue?.members ?? [] {
            timings[step, default: 0] += Int64(time.intValue ?? 0)
        }
    }

    package var timingsJSON: [UInt8] {
        JSONValue.object(JSONObject(timings.sorted { $0.key < $1.key }.map { ($0.key, .number(JSONNumber($0.value))) }))
            .encoded()
    }

    /// Adds another commit's share in the same run.
    package mutating func merge(_ other: RunRow) {
        finishedAt = max(finishedAt, other.finishedAt)
        received += other.received
        stored += other.stored
        quarantined += other.quarantined
        dropped += other.dropped
        bytes += other.bytes
        batches += other.batches
        timings.merge(other.timings, uniquingKeysWith: +)
    }

    /// The rows that a share's parts make: runs of their own as they come, and the minutes' summed up.
    package static func rows(of share: PipelineShare, in group: [BatchCommit], now: Timestamp) -> [RunRow] {
        singles(of: share, in: group) + minutes(of: share, in: group, now: now)
    }

    /// The runs of their own.
    package static func singles(of share: PipelineShare, in group: [BatchCommit]) -> [RunRow] {
        share.parts.compactMap { index in
            guard
                case .single(let id, let trigger, let dueAt, let startedAt, let finishedAt, let timings) =
                    group[index].run
            else { return nil }
            var row = RunRow(id: id, trigger: trigger, dueAt: dueAt, startedAt: startedAt, finishedAt: finishedAt)
            row.add(group[index], timings)
            return row
        }
    }

    /// The runs that many commits add to, each once.
    package static func minutes(of share: PipelineShare, in group: [BatchCommit], now: Timestamp) -> [RunRow] {
        var minutes: [UUID: RunRow] = [:]
        for index in share.parts {
            switch group[index].run {
            case .minute(let trigger, let startedAt, let timings):
                let empty = RunRow(minuteOf: startedAt, trigger: trigger, pipeline: share.pipeline, now: now)
                minutes[empty.id, default: empty].add(group[index], timings)
            case .ongoing(let id, let trigger, let startedAt, let timings):
                let empty = RunRow(id: id, trigger: trigger, dueAt: nil, startedAt: startedAt, finishedAt: now)
                minutes[id, default: empty].add(group[index], timings)
            case .single: continue
            }
        }
        return Array(minutes.values)
    }
}
