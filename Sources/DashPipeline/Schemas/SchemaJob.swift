import DashExchange
import DashJSON
import DashJobs
import DashMapping
import DashModel
import DashStorage

/// Keeps a source's schema: infers the first one from samples, and later notes what differs from it. A schema that
/// follows its source is widened; any other one stays as it is.
struct SchemaJob: JobHandler {
    static let kind = "pipeline.infer_schema"
    var kind: String { Self.kind }

    let store: any ResourceStore
    let pubsub: any PubSub
    let clock: any WallClock

    func run(_ parameters: SchemaParameters, _ context: JobContext) async throws -> JobResult {
        let resource = Resources.dataMappings
        guard let row = try await store.fetch(resource, id: parameters.mapping, in: .system),
            let values = try changes(of: row, parameters)
        else { return .completed }
        let change = ResourceRow(id: row.id, values: values)
        try await store.apply([.update(resource, change)], in: .system)
        try await pubsub.publish(
            .changed(resource: resource.name, id: row.id, team: parameters.team, parent: row.uuid("pipeline_id")),
            to: .resources
        )
        return .completed
    }

    /// The samples may be the cause, and the next ones would be like them: no more are taken.
    func setAside(_ parameters: SchemaParameters, reason: String) async throws {
        let resource = Resources.dataMappings
        guard let row = try await store.fetch(resource, id: parameters.mapping, in: .system) else { return }
        var values: [String: JSONValue] = ["schema_mode": "ignore"]
        if row["source_schema"].isNull { values["source_schema"] = [:] }
        try await store.apply([.update(resource, ResourceRow(id: row.id, values: values))], in: .system)
    }

    /// The columns to save; nil when there is nothing new.
    private func changes(of row: ResourceRow, _ parameters: SchemaParameters) throws -> [String: JSONValue]? {
        var seen = parameters.seen.map { SchemaInference(continuing: $0) } ?? SchemaInference()
        seen.add(try RecordsDecoder(framing: .json).decode(JSONValue.array(parameters.samples).encoded()))
        if row["source_schema"].isNull { return ["source_schema": seen.schema] }
        let mode = row.string("schema_mode").flatMap(SchemaMode.init(rawValue:)) ?? .ignore
        guard mode == .follow || mode == .warn else { return nil }
        let drift = SchemaDrift(of: seen, from: row["source_schema"])
        let isNew = mode == .warn ? row["schema_drift"]["changes"] != drift.json : row["source_schema"] != drift.schema
        guard !drift.changes.isEmpty, isNew else { return nil }
        let noted: JSONValue = ["noticed_at": .string(clock.now.text), "changes": drift.json]
        return mode == .warn ? ["schema_drift": noted] : ["schema_drift": noted, "source_schema": drift.schema]
    }
}
