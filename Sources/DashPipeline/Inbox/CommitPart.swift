import DashJSON
import DashMapping
import DashModel
import DashStorage
import FoundationEssentials

/// One journey's records on their way into the saving transaction. A class, as it passes through many hands and copies of
/// all that it refers to would cost more than some records do.
final class CommitPart: Sendable {
    let pipeline: CompiledPipeline
    let trigger: Trigger
    let startedAt: Timestamp
    let records: RecordBytes
    let quarantined: [QuarantinedRecord]
    /// Source records, and those beyond one for each that `explode` made.
    let received: Int
    /// Of these, what a filter has dropped.
    let filtered: Int
    /// And what repeats another record.
    let duplicates: Int
    let bytesReceived: Int
    let run: Journey.Run
    let settles: Settlement
    let steps: StepTimes

    init(
        _ journey: Journey,
        _ mapped: MappingOutput,
        unreadable: [QuarantinedRecord] = [],
        bytesReceived: Int,
        cursor: JSONValue?,
        events: [Settlement.Request] = [],
        steps: StepTimes
    ) {
        pipeline = journey.pipeline
        trigger = journey.trigger
        startedAt = journey.startedAt
        records = mapped.records
        quarantined =
            unreadable
            + mapped.refused.map {
                QuarantinedRecord(rule: $0.rule, field: $0.field, reason: $0.reason, data: $0.data)
            }
        received = mapped.received + mapped.surplus + unreadable.count + journey.repeats
        filtered = mapped.filtered
        duplicates = mapped.duplicates + journey.repeats
        self.bytesReceived = bytesReceived
        run = journey.run
        self.steps = steps
        var settles = journey.settles
        settles.cursor = cursor
        settles.requests =
            switch journey.identity {
            case .none: []
            case .request(let key):
                [
                    Settlement.Request(
                        key: key,
                        accepted: records.count,
                        quarantined: quarantined.count,
                        duplicates: duplicates
                    )
                ]
            case .events: events
            }
        self.settles = settles
    }

    /// Whether there is nothing to save at all: an empty body, posted to no end.
    var isEmpty: Bool { received == 0 && isOfMinute && !settles.hasFence }

    /// Whether it can share one `BatchCommit` with its neighbours, as it has nothing of its own to be settled.
    var isPlain: Bool { isOfMinute && settles.isEmpty }

    private var isOfMinute: Bool { if case .minute = run { true } else { false } }

    var byteCount: Int { records.bytes.count + quarantined.reduce(0) { $0 + $1.data.count } }
    var rowCount: Int { records.count + quarantined.count }
}
