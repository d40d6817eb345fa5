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
        sample: [UInt8]?,
        from origin: PreviewOrigin
    ) async throws -> PipelinePreview {
        let row = try await row(pipeline, in: team)
        let mapping = try await mappingRow(mapping, of: row)
        guard let compiled = CompiledPipeline(row: row, mapping: mapping, lanes: []) else {
            throw DashError(.internal, "the pipeline's row can't be read")
        }
        let program = try compiled.program()
        let tests: MappingTests
        do throws(MappingErrors) {
            tests = try MappingTests(mapping?["tests"] ?? .null)
        } catch {
            throw DashError(.invalid, "the mapping's tests can't be read", issues: error.issues)
        }
        let journey = Journey(
            pipeline: compiled,
            trigger: .manual,
            origin: try await self.origin(of: compiled, row, sample, origin),
            startedAt: clock.now
        )
        let decoded = try await runner.rehearse(journey)
        let shown = DecodedRecords(
            document: decoded.document,
            roots: Array(decoded.roots.prefix(Self.previewRecords))
        )
        let budget = MappingBudget(steps: border.limits.previewSteps)
        let preview = try await border.compute(.team(team)) {
            MappingBudget.$current.withValue(budget) {
                var inference = SchemaInference()
                inference.add(shown)
                return PipelinePreview(
                    records: Self.records(shown, through: program, at: journey.startedAt),
                    schema: inference.schema,
                    testFailures: tests.failures(of: program)
                )
            }
        }
        // Who has gone is told nothing, and records that were not mapped for that are no result.
        try Task.checkCancellation()
        return preview
    }

    /// One by one, so that each is seen beside what became of it; the memory is theirs together.
    private static func records(
        _ shown: DecodedRecords,
        through program: MappingProgram,
        at time: Timestamp
    ) -> [PreviewedRecord] {
        let memory = program.makeMemory()
        return shown.roots.map { root in
            let mapped = program.run(document: shown.document, roots: [root], receivedAt: time, memory: memory)
            if let ticket = mapped.ticket { memory?.settle(ticket, saved: true) }
            let refusal = mapped.refused.first.map {
                QuarantinedRecord(rule: $0.rule, field: $0.field, reason: $0.reason, data: $0.data)
            }
            let outcome: PreviewedRecord.Outcome =
                if refusal != nil {
                    .refused
                } else if mapped.records.count > 0 {
                    .mapped
                } else {
                    mapped.duplicates > 0 ? .duplicate : .filtered
                }
            return PreviewedRecord(
                input: shown.document.view(root).value,
                outcome: outcome,
                output: mapped.records,
                refusal: refusal
            )
        }
    }

    /// The given mapping, else the saved one. Throws `.invalid` with all that is wrong with the given one.
    private func mappingRow(_ mapping: JSONValue?, of row: ResourceRow) async throws -> ResourceRow? {
        if let mapping {
            let members = MappingColumns.definition(of: mapping).objectValue?.members ?? []
            var values = Dictionary(members.map { ($0.key, $0.value) }) { $1 }
            values["tests"] = mapping["tests"] ?? .null
            return ResourceRow(id: row.id, values: values)
        }
        let query = ResourceQuery(filters: [.init("pipeline_id", .eq, .string(row.id.text))], limit: 1)
        return try await store.resources.list(Resources.dataMappings, query, in: .system).rows.first
    }

    private func origin(
        of pipeline: CompiledPipeline,
        _ row: ResourceRow,
        _ sample: [UInt8]?,
        _ origin: PreviewOrigin
    ) async throws -> Journey.Origin {
        if let sample { return .body(sample, form: BodyForm()) }
        switch origin {
        case .records: return try await lastRecords(of: row.id)
        case .quarantine:
            let rows = try await store.quarantine.newest(
                of: row.id,
                matching: QuarantineFilter(),
                limit: Self.previewRecords
            )
            guard !rows.isEmpty else { throw DashError(.invalid, "there is nothing in the quarantine") }
            let picked = PickedRecords(quarantined: rows.map(\.record))
            guard !picked.lines.isEmpty else {
                throw DashError(.invalid, "nothing of what is in the quarantine is JSON, so no mapping helps it")
            }
            return .picked(picked)
        case .source: break
        }
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
            return try await lastRecords(of: upstream)
        case .realtime:
            throw DashError(
                .invalid,
                "a realtime pipeline asks nobody: give a sample, or take what it stored or refused"
            )
        }
    }

    private func lastRecords(of pipeline: UUID) async throws -> Journey.Origin {
        let records = try await latest(of: pipeline, limit: Self.previewRecords)
        guard !records.isEmpty else { throw DashError(.invalid, "there are no stored records yet") }
        return .picked(PickedRecords(stored: records.map(\.data)))
    }
}
