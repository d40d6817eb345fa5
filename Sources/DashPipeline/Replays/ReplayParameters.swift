import DashJSON
import DashJobs
import DashModel
import FoundationEssentials

/// Which replay to go on with.
struct ReplayParameters: JobParameters {
    var replay: UUID

    init(replay: UUID) { self.replay = replay }

    init(json: JSONValue) throws {
        guard let replay = json["replay"]?.stringValue.flatMap(UUID.init(uuidString:)) else {
            throw DashError(.invalid, "the parameters name no replay")
        }
        self.init(replay: replay)
    }

    var json: JSONValue { ["replay": .string(replay.text)] }
}
