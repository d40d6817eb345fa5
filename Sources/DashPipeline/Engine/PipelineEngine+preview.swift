public import DashJSON
import DashMapping
import DashModel
import DashStorage
public import FoundationEssentials

extension PipelineEngine {
    private static let previewRecords = 100

    public func preview(
        _ pipeline: UUID,
        in team: UUID,
        mapping: JSONValue?,
        sample: [UInt8]?
    ) async throws -> PipelinePreview {
        let row = try await row(pipeline, in: team)
        guard let compiled = CompiledPipeline(row: row, mapping: try await mappingRow(mapping, of: row), lanes: [])
        else { throw DashError(.internal, "the pipeline's row can't be read") }
        _ = try compiled.program()
        let journey = Journey(
            pipeline: compiled,
            trigger: .manual,
            origin: try await origin(of: compiled, row, sample),
            startedAt: clock.now
        )
        let (decoded, _) = try await runner.rehearse(journey)
        let shown = DecodedRecords(
            document: decoded.document,
            roots: Array(decoded.roots.prefix(Self.previewRecords))
        )
        let mapped = try compiled.program().run(shown, receivedAt: journey.startedAt)
        var inference = SchemaInference()
        inference.add(shown)
        return PipelinePreview(
            input: shown.roots.map { shown.document.view($0).value },
            output: mapped.records,
            quarantined: mapped.refused.map {
                QuarantinedRecord(rule: $0.rule, field: $0.field, reason: $0.reason, data: $0.data)
            },
            schema: inference.schema
        )
    }

    /// The given mapping, else the saved one. Throws `.invalid` with all that is wrong with the given one.
    private func mappingRow(_ mapping: JSONValue?, of row: ResourceRow) async throws -> ResourceRow? {
        if let mapping {
            let definition = MappingColumns.definition(of: mapping)
            return ResourceRow(
                id: row.id,
                values: Dictionary(
                    uniqueKeysWithValues: definition.objectValue?.members.map { ($0.key, $0.value) } ?? []
                )
            )
        }
        let query = ResourceQuery(filters: [.init("pipeline_id", .eq, .string(row.id.text))], limit: 1)
        return try await store.list(Resources.dataMappings, query, in: .system).rows.first
    }

    private func origin(
        of pipeline: CompiledPipeline,
        _ row: ResourceRow,
        _ sample: [UInt8]?
    ) async throws -> Journey.Origin {
        if let sample { return .body(sample, framing: .auto) }
        switch pipeline.type {
        case .polling:
            guard let make = components.source(pipeline.sourceType)?.make else {
                throw DashError(.invalid, "this server has no source \"\(pipeline.sourceType)\"")
            }
            let request = FetchRequest(team: pipeline.team, pipeline: pipeline.id, dueAt: clock.now, cursor: nil)
            return .fetch(try make(pipeline.sourceConfig), request)
        case .p2p:
            guard let upstream = PipelineLinks.upstream(of: row) else {
                throw DashError(.invalid, "the pipeline in front is not set")
            }
            let records = try await latest(of: upstream, limit: Self.previewRecords)
            return .body(Array(records.map(\.data).joined(separator: [UInt8(ascii: "\n")])), framing: .lines)
        case .realtime: throw DashError(.invalid, "a realtime pipeline asks nobody: give a sample")
        }
    }
}
