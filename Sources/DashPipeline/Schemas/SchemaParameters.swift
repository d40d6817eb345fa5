import DashJSON
import DashJobs
import DashModel
import FoundationEssentials

/// Which mapping gets a schema, and from which samples.
struct SchemaParameters: JobParameters {
    var mapping: UUID
    var team: UUID
    var samples: [JSONValue]
    /// What was seen of records that don't fit, as a schema; nil: there are samples.
    var seen: JSONValue?

    init(mapping: UUID, team: UUID, samples: [JSONValue], seen: JSONValue? = nil) {
        self.mapping = mapping
        self.team = team
        self.samples = samples
        self.seen = seen
    }

    init(json: JSONValue) throws {
        guard let mapping = json["mapping"]?.stringValue.flatMap(UUID.init(uuidString:)),
            let team = json["team"]?.stringValue.flatMap(UUID.init(uuidString:)),
            let samples = json["samples"]?.arrayValue
        else { throw DashError(.invalid, "the parameters name no mapping, team or samples") }
        self.init(mapping: mapping, team: team, samples: samples, seen: json["seen"].flatMap { $0.isNull ? nil : $0 })
    }

    var json: JSONValue {
        [
            "mapping": .string(mapping.text), "team": .string(team.text), "samples": .array(samples),
            "seen": seen ?? .null,
        ]
    }
}
