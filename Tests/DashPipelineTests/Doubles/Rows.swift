import DashJSON
import DashModel
import FoundationEssentials

/// Rows of resources as tests need them.
enum Rows {
    static func pipeline(
        _ id: UUID = .v7(),
        team: UUID,
        type: String = "realtime",
        source: String = "webhook",
        config: JSONValue = [:],
        _ others: [String: JSONValue] = [:]
    ) -> ResourceRow {
        var values: [String: JSONValue] = [
            "team_id": .string(team.text), "name": .string("pipeline \(id.text)"), "type": .string(type),
            "source_type": .string(source), "source_config": config,
        ]
        values.merge(others) { _, new in new }
        return ResourceRow(id: id, values: values)
    }

    static func sink(_ id: UUID = .v7(), of pipeline: UUID, type: String, config: JSONValue = [:]) -> ResourceRow {
        ResourceRow(
            id: id,
            values: ["pipeline_id": .string(pipeline.text), "sink_type": .string(type), "sink_config": config]
        )
    }

    static func mapping(of pipeline: UUID, _ values: [String: JSONValue] = [:]) -> ResourceRow {
        var values = values
        values["pipeline_id"] = .string(pipeline.text)
        return ResourceRow(id: .v7(), values: values)
    }
}
