import DashExchange
import DashJSON
import DashJobs
import DashMapping
import DashModel
import DashStorage

/// Infers a source's schema from samples and saves it with the mapping, unless somebody has given one meanwhile.
struct SchemaJob: JobHandler {
    static let kind = "pipeline.infer_schema"
    var kind: String { Self.kind }

    let store: any ResourceStore
    let pubsub: any PubSub

    func run(_ parameters: SchemaParameters, _ context: JobContext) async throws -> JobResult {
        let resource = Resources.dataMappings
        guard let row = try await store.fetch(resource, id: parameters.mapping, in: .system),
            row["source_schema"].isNull
        else { return .completed }
        let change = ResourceRow(id: row.id, values: ["source_schema": try schema(parameters.samples)])
        try await store.apply([.update(resource, change)], in: .system)
        try await pubsub.publish(
            .changed(resource: resource.name, id: row.id, team: parameters.team, parent: row.uuid("pipeline_id")),
            to: .resources
        )
        return .completed
    }

    private func schema(_ samples: [JSONValue]) throws -> JSONValue {
        var inference = SchemaInference()
        inference.add(try RecordsDecoder(framing: .json).decode(JSONValue.array(samples).encoded()))
        return inference.schema
    }
}
