import DashModel
import DashStorage
import FoundationEssentials

/// What commits add to one pipeline's counters, runs and days. Entries of the same pipeline add up in any order.
struct CommitEntry {
    struct Day {
        var rows: Int64 = 0
        var bytes: Int64 = 0
    }

    let pipeline: UUID
    let team: UUID
    var ledger = Ledger()
    /// The runs of minutes, by id.
    var runs: [UUID: RunRow] = [:]
    /// Stored records by their day's start.
    var days: [Timestamp: Day] = [:]

    init(pipeline: UUID, team: UUID) {
        self.pipeline = pipeline
        self.team = team
    }

    /// What a group brings to a pipeline.
    init(_ share: PipelineShare, _ group: [BatchCommit], now: Timestamp) {
        self.init(pipeline: share.pipeline, team: share.team)
        ledger = share.ledger
        for row in RunRow.minutes(of: share, in: group, now: now) { runs[row.id] = row }
        for index in share.parts where group[index].persists && !group[index].batch.records.isEmpty {
            let batch = group[index].batch
            let day = RecordDays.day(of: batch.receivedAt)
            days[day, default: Day()].rows += Int64(batch.records.count)
            days[day, default: Day()].bytes += Int64(batch.records.bytes.count)
        }
    }

    mutating func merge(_ other: CommitEntry) {
        ledger += other.ledger
        for (id, run) in other.runs {
            if runs[id]?.merge(run) == nil { runs[id] = run }
        }
        for (day, added) in other.days {
            days[day, default: Day()].rows += added.rows
            days[day, default: Day()].bytes += added.bytes
        }
    }

    var storedBytes: Int64 { days.values.reduce(0) { $0 + $1.bytes } }
}
