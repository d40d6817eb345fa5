import DashJSON
import DashJobs
import DashModel
import DashStorage
import FoundationEssentials

/// Which pipeline to poll, and for which due time.
struct PollParameters: JobParameters {
    var pipeline: UUID
    var dueAt: Timestamp
    var trigger: Trigger

    init(pipeline: UUID, dueAt: Timestamp, trigger: Trigger) {
        self.pipeline = pipeline
        self.dueAt = dueAt
        self.trigger = trigger
    }

    init(json: JSONValue) throws {
        guard let pipeline = json["pipeline"]?.stringValue.flatMap(UUID.init(uuidString:)),
            let dueAt = json["due_at"]?.stringValue.flatMap({ Timestamp(text: $0) }),
            let trigger = json["trigger"]?.stringValue.flatMap(Trigger.init(rawValue:))
        else { throw DashError(.invalid, "the parameters name no pipeline, due time or trigger") }
        self.init(pipeline: pipeline, dueAt: dueAt, trigger: trigger)
    }

    var json: JSONValue {
        [
            "pipeline": .string(pipeline.text), "due_at": .string(dueAt.text), "trigger": .string(trigger.rawValue),
        ]
    }

    /// One job a due time; a manual run waits for nothing but is enqueued once at a time.
    func job(team: UUID) -> NewJob {
        let moment = trigger == .manual ? "manual" : String(dueAt.microseconds)
        return NewJob(
            queue: PollJob.queue,
            kind: PollJob.kind,
            parameters: json,
            team: team,
            priority: trigger == .manual ? -1 : 0,
            uniqueKey: "poll:\(pipeline.text):\(moment)",
            maxAttempts: 1_000
        )
    }
}
