import DashAPI
import DashJSON
import DashMapping
import DashModel
import DashStorage
import FoundationEssentials
import Hummingbird

/// The versions of a mapping: their list, what each changed, and saving one again.
struct MappingVersionRoutes: Sendable {
    let site: Site

    func add(to router: some RouterMethods<DashRequestContext>) {
        router.get("/pipelines/{id}/mapping/versions", use: list)
        router.get("/pipelines/{id}/mapping/versions/{version}", use: show)
        router.post("/pipelines/{id}/mapping/versions/{version}/restore", use: restore)
    }

    @Sendable private func list(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let row = try await pipeline(context, member)
        let query = ResourceQuery.page(of: row.id, newestBy: "number", request)
        let page = try await site.page(of: Resources.dataMappingVersions, query, as: member.principal)
        var data = PipelineHead.data(row, tab: "mapping", member)
        data["versions"] = page.rows.map(Self.version)
        data["hasVersions"] = !page.rows.isEmpty
        if let next = page.next { data["next"] = URLText.encode(next) }
        return try site.pages.page(
            "mapping-versions",
            title: "Versions",
            section: "pipelines",
            data,
            context: context
        )
    }

    @Sendable private func show(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        return try await page(nil, FormData.query(of: request), member, context)
    }

    @Sendable private func restore(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        _ = try await site.form(request, context)
        let row = try await version(context, member)
        do {
            _ = try await site.resources.act(
                "restore",
                on: Resources.dataMappingVersions,
                id: row.id,
                as: member.principal,
                from: context.remoteAddress
            )
            let pipeline = try LiveRoutes.id(context).text
            return Response.seeOther("/pipelines/\(pipeline)/mapping?saved=true", for: request)
        } catch let error as DashError where [.invalid, .conflict].contains(error.code) {
            return try await page(error, FormData(), member, context)
        }
    }

    private func page(
        _ error: DashError?,
        _ query: FormData,
        _ member: Site.Member,
        _ context: DashRequestContext
    ) async throws -> Response {
        let pipeline = try await pipeline(context, member)
        let row = try await version(context, member)
        let other = query.text("with").flatMap { Int($0) }
        let result = try await site.resources.act(
            "compare",
            on: Resources.dataMappingVersions,
            id: row.id,
            parameters: other.map { ["with": .number(JSONNumber($0))] } ?? [:],
            as: member.principal
        )
        guard case .values(let comparison as MappingComparison, _) = result else {
            throw DashError(.internal, "There is no comparison.")
        }
        var data = PipelineHead.data(pipeline, tab: "mapping", member)
        data.merge(Self.version(row)) { _, own in own }
        data["mayRestore"] = member.may(.custom("restore"), Resources.dataMappingVersions.name)
        data["from"] = comparison.from.map { "version \($0)" } ?? "the beginning"
        data["with"] = comparison.from.map { "\($0)" } ?? ""
        data["hasDifferences"] = !comparison.differences.isEmpty
        data["differences"] = comparison.differences.map { difference -> ViewData in
            var data: ViewData = ["place": difference.pointer]
            if let before = difference.before { data["before"] = JSONText.pretty(before) }
            if let after = difference.after { data["after"] = JSONText.pretty(after) }
            return data
        }
        data["definition"] = JSONText.pretty(row["definition"])
        if let error {
            data["problem"] = error.message
            data["hasOtherIssues"] = !error.issues.isEmpty
            data["otherIssues"] = error.issues.map { ["name": $0.pointer, "message": $0.message] as ViewData }
        }
        return try site.pages.page(
            "mapping-version",
            title: "Version \(row.int("number") ?? 0)",
            section: "pipelines",
            data,
            status: error == nil ? .ok : .unprocessableContent,
            context: context
        )
    }

    private static func version(_ row: ResourceRow) -> ViewData {
        var data: ViewData = [
            "version": row.id.text, "number": row.int("number") ?? 0, "author": row.string("author") ?? "the source",
            "savedAt": Moment.text(row.timestamp("saved_at")),
        ]
        if let note = row.string("note"), !note.isEmpty { data["note"] = note }
        return data
    }

    private func pipeline(_ context: DashRequestContext, _ member: Site.Member) async throws -> ResourceRow {
        try await site.resources.fetch(Resources.pipelines, id: LiveRoutes.id(context), as: member.principal)
    }

    /// A version of the pipeline in the address, and of no other.
    private func version(_ context: DashRequestContext, _ member: Site.Member) async throws -> ResourceRow {
        let row = try await site.resources.fetch(
            Resources.dataMappingVersions,
            id: LiveRoutes.id(context, "version"),
            as: member.principal
        )
        guard row.uuid("pipeline_id") == (try LiveRoutes.id(context)) else {
            throw DashError(.notFound, "There is no such version of this pipeline's mapping.")
        }
        return row
    }
}
