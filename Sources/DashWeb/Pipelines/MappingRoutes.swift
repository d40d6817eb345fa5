import DashAPI
import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// The mapping editor: fields row by row, a look at what would come out, and saving.
struct MappingRoutes: Sendable {
    let site: Site

    func add(to router: some RouterMethods<DashRequestContext>) {
        router.get("/pipelines/{id}/mapping", use: show)
        router.post("/pipelines/{id}/mapping", use: save)
        router.post("/pipelines/{id}/mapping/preview", use: preview)
        MappingVersionRoutes(site: site).add(to: router)
    }

    @Sendable private func show(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let id = try LiveRoutes.id(context)
        let mapping = try await site.mapping(of: id, as: member.principal)
        let saved = FormData.query(of: request).flag("saved")
        return try await page(MappingForm(mapping), nil, id, member, context, ["saved": saved])
    }

    @Sendable private func save(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let posted = try await site.form(request, context)
        let id = try LiveRoutes.id(context)
        let form = MappingForm(posted)
        guard form.issues.isEmpty else { return try await page(form, nil, id, member, context) }
        do {
            if let mapping = try await site.mapping(of: id, as: member.principal) {
                _ = try await site.resources.update(
                    Resources.dataMappings,
                    id: mapping.id,
                    ResourceInput(attributes: form.attributes),
                    seen: posted.text("version"),
                    as: member.principal,
                    from: context.remoteAddress
                )
            } else {
                _ = try await site.resources.create(
                    Resources.dataMappings,
                    ResourceInput(attributes: form.attributes, relationships: ["pipeline": id]),
                    as: member.principal,
                    from: context.remoteAddress
                )
            }
            return Response.seeOther("/pipelines/\(id.text)/mapping?saved=true", for: request)
        } catch let error as DashError where [.invalid, .conflict, .preconditionFailed].contains(error.code) {
            return try await page(form, error, id, member, context)
        }
    }

    /// What the mapping in the form makes of a sample, or of what the source answers now; for htmx.
    @Sendable private func preview(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let posted = try await site.form(request, context)
        let form = MappingForm(posted)
        var data: ViewData
        do {
            guard form.issues.isEmpty else {
                throw DashError(.invalid, "The mapping can't be read.", issues: form.issues)
            }
            var mapping = form.attributes
            mapping["note"] = nil
            var parameters = JSONObject([("mapping", .object(mapping))])
            if let origin = posted.text("from") { parameters["from"] = .string(origin) }
            if let sample = posted["sample"], !sample.trimmingSpaces.isEmpty { parameters["sample"] = .string(sample) }
            let result = try await site.resources.act(
                "preview",
                on: Resources.pipelines,
                id: LiveRoutes.id(context),
                parameters: .object(parameters),
                as: member.principal
            )
            guard case .values(let preview as PipelinePreview, _) = result else {
                throw DashError(.internal, "There is no preview.")
            }
            data = Self.data(preview)
        } catch let error as DashError where error.code != .internal {
            data = [
                "problem": error.message,
                "hasOtherIssues": !error.issues.isEmpty,
                "otherIssues": error.issues.map { ["name": $0.pointer, "message": $0.message] as ViewData },
            ]
        }
        return try site.pages.fragment("mapping-preview", data, context: context)
    }

    private static func data(_ preview: PipelinePreview) -> ViewData {
        let limit = 20
        func count(_ outcome: PreviewedRecord.Outcome) -> Int {
            preview.records.count { $0.outcome == outcome }
        }
        // The refused ones first: they are what one looks for.
        let sorted =
            preview.records.filter { $0.outcome == .refused } + preview.records.filter { $0.outcome != .refused }
        return [
            "hasResult": true,
            "records": sorted.prefix(limit).map(Self.record),
            "more": preview.records.count > limit ? "\(preview.records.count - limit)" as any Sendable : false,
            "inputCount": preview.records.count,
            "outputCount": preview.output.count,
            "filteredCount": count(.filtered),
            "duplicateCount": count(.duplicate),
            "refusedCount": count(.refused),
            "hasTestFailures": !preview.testFailures.isEmpty,
            "testFailures": preview.testFailures.map { ["place": $0.pointer, "message": $0.message] as ViewData },
            "schema": JSONText.pretty(preview.schema),
        ]
    }

    private static func record(_ record: PreviewedRecord) -> ViewData {
        let outputs = (0..<record.output.count).map { JSONText.pretty(record.output[$0]) }
        var data: ViewData = [
            "before": JSONText.pretty(record.input),
            "after": outputs.joined(separator: "\n"),
            "outcome": record.outcome.rawValue,
            "badge": record.outcome == .refused ? "failed" : record.outcome == .mapped ? "completed" : "skipped",
        ]
        if let refusal = record.refusal {
            data["reason"] = refusal.reason
            data["rule"] = refusal.rule
            if let field = refusal.field { data["field"] = field }
        }
        return data
    }

    private func page(
        _ form: MappingForm,
        _ error: DashError?,
        _ id: UUID,
        _ member: Site.Member,
        _ context: DashRequestContext,
        _ extra: ViewData = [:]
    ) async throws -> Response {
        let row = try await site.resources.fetch(Resources.pipelines, id: id, as: member.principal)
        var data = PipelineHead.data(row, tab: "mapping", member)
        data.merge(form.data(error)) { _, own in own }
        data.merge(extra) { _, own in own }
        if let version = try await site.mapping(of: id, as: member.principal)?.version { data["version"] = version }
        let schema = form.attributes["source_schema"] ?? .null
        let records = try await site.resources.latest(of: id, limit: 10, as: member.principal)
        let paths = RecordPaths.of(schema: schema) + RecordPaths.of(records)
        data["paths"] = Array(Set(paths)).sorted()
        let isRefused = error != nil || !form.issues.isEmpty
        return try site.pages.page(
            "pipeline-mapping",
            title: "Mapping",
            section: "pipelines",
            data,
            status: error?.code == .preconditionFailed
                ? .preconditionFailed : isRefused ? .unprocessableContent : .ok,
            context: context
        )
    }
}
