import DashJSON
import DashJobs
import DashModel
import FoundationEssentials

/// Which mapping gets a schema, and from which samples.
struct SchemaParameters: JobParameters {
    var mapping: UUID
    var team: UUID
    var samples: [JSONValue]

    init(mapping: UUID, team: UUID, samples: [JSONValue]) {
        self.mapping = mapping
        self.team = team
        self.samples = samples
    }

    init(json: JSONValue) throws {
        guard let mapping = json["mapping"]?.stringValue.flatMap(UUID.init(uuidString:)),
            let team = json["team"]?.stringValue.flatMap(UUID.init(uuidString:)),
            let samples = json["samples"]?.arrayValue
        else { throw DashError(.invalid, "the parameters name no mapping, team or samples") }
        self.init(mapping: mapping, team: team, samples: samples)
    }

    var json: JSONValue {
        ["mapping": .string(mapping.text), "team": .string(team.text), "samples": .array(samples)]
    }
}
