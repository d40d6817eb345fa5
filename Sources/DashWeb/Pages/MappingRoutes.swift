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

    func add(to router: Router<DashRequestContext>) {
        router.get("/pipelines/{id}/mapping", use: show)
        router.post("/pipelines/{id}/mapping", use: save)
        router.post("/pipelines/{id}/mapping/preview", use: preview)
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
        } catch let error as DashError where [.invalid, .conflict].contains(error.code) {
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
            var parameters = JSONObject([("mapping", .object(form.attributes))])
            if let sample = posted["sample"], !sample.trimmingSpaces.isEmpty { parameters["sample"] = .string(sample) }
            let result = try await site.resources.act(
                "preview",
                on: Resources.pipelines,
                id: LiveRoutes.id(context),
                parameters: .object(parameters),
                as: member.principal
            )
            guard case .preview(let preview) = result else { throw DashError(.internal, "There is no preview.") }
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
        let limit = 5
        let outputs = (0..<min(limit, preview.output.count)).map { JSONText.pretty(preview.output[$0]) }
        let refused = preview.quarantined.prefix(limit).map { record in
            ["rule": record.rule, "reason": record.reason, "data": String(decoding: record.data, as: UTF8.self)]
                as ViewData
        }
        return [
            "hasResult": true,
            "inputs": preview.input.prefix(limit).map(JSONText.pretty).joined(separator: "\n"),
            "outputs": outputs.joined(separator: "\n"),
            "inputCount": preview.input.count,
            "outputCount": preview.output.count,
            "hasRefused": !refused.isEmpty,
            "refused": Array(refused),
            "schema": JSONText.pretty(preview.schema),
        ]
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
            status: isRefused ? .unprocessableContent : .ok,
            context: context
        )
    }
}
