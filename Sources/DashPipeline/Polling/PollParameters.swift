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

    var json: JSONValue { Self.json(pipeline: pipeline.text, dueAt: dueAt, trigger: trigger) }

    static func json(pipeline: String, dueAt: Timestamp, trigger: Trigger) -> JSONValue {
        .object(
            JSONObject(unique: [
                (key: "pipeline", value: .string(pipeline)), (key: "due_at", value: .string(dueAt.text)),
                (key: "trigger", value: .string(trigger.rawValue)),
            ])
        )
    }

    /// Held by the one job of a pipeline that stands for its due times.
    static func key(of pipeline: UUID) -> String { "poll:\(pipeline.text)" }
}
