import DashJSON
import DashJobs
import DashModel
import FoundationEssentials

/// Which pipeline's roll-ups; nil for all.
struct RollupParameters: JobParameters {
    var pipeline: UUID?

    init(pipeline: UUID?) { self.pipeline = pipeline }

    init(json: JSONValue) throws {
        guard let text = json["pipeline"]?.stringValue else { return }
        guard let id = UUID(text: text) else { throw DashError(.invalid, "the parameters name no pipeline") }
        pipeline = id
    }

    var json: JSONValue { pipeline.map { ["pipeline": .string($0.text)] } ?? [:] }
}
