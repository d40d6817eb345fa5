import DashAPI
import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials
import Hummingbird

/// The files of one pipeline: a form that sends one, and how far each is. The file itself goes to the REST API.
struct UploadRoutes: Sendable {
    let site: Site

    func add(to router: some RouterMethods<DashRequestContext>) {
        router.get("/pipelines/{id}/uploads", use: show)
        router.get("/pipelines/{id}/uploads/list", use: list)
        for action in ["cancel", "resume"] {
            router.post("/pipelines/{id}/uploads/{upload}/\(action)") { request, context in
                try await act(action, request, context)
            }
        }
        router.post("/pipelines/{id}/uploads/{upload}/delete", use: delete)
    }

    @Sendable private func show(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let id = try LiveRoutes.id(context)
        let row = try await site.resources.fetch(Resources.pipelines, id: id, as: member.principal)
        var data = PipelineHead.data(row, tab: "uploads", member)
        data.merge(try await uploads(of: id, request, member)) { own, _ in own }
        if member.may(.create, Resources.uploads.name), let limit = site.resources.uploadLimit {
            data["mayUpload"] = true
            data["limit"] = Moment.bytes(limit)
            data["limitBytes"] = String(limit)
        }
        return try site.pages.page("pipeline-uploads", title: "Uploads", section: "pipelines", data, context: context)
    }

    /// The list alone, as htmx asks for it while the page is open.
    @Sendable private func list(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let id = try LiveRoutes.id(context)
        return try site.pages.fragment("upload-list", try await uploads(of: id, request, member), context: context)
    }

    private func uploads(of pipeline: UUID, _ request: Request, _ member: Site.Member) async throws -> ViewData {
        let query = ResourceQuery.page(of: pipeline, newestBy: "inserted_at", request)
        let page = try await site.page(of: Resources.uploads, query, as: member.principal)
        var data: ViewData = [
            "id": pipeline.text,
            "uploads": page.rows.map { Self.view($0, member) },
            "hasUploads": !page.rows.isEmpty,
            "mayChangeUploads": member.may(.delete, Resources.uploads.name),
        ]
        if let next = page.next { data["next"] = URLText.encode(next) }
        return data
    }

    private static func view(_ row: ResourceRow, _ member: Site.Member) -> ViewData {
        let status = row.string("status") ?? ""
        let size = row.int("byte_count") ?? 0
        let read = row.int("bytes_read") ?? 0
        var data: ViewData = [
            "upload": row.id.text,
            "filename": row.string("filename") ?? "",
            "status": status,
            "sent": Moment.text(row.timestamp("inserted_at")),
            "size": Moment.bytes(Int64(size)),
            "percent": String(size == 0 ? 100 : min(100, read * 100 / size)),
            "accepted": Moment.count(Int64(row.int("records_accepted") ?? 0)),
            "quarantined": Moment.count(Int64(row.int("records_quarantined") ?? 0)),
            "mayCancel": Uploads.isOpen(row) && member.may(.custom("cancel"), Resources.uploads.name),
            "mayResume": ["failed", "cancelled"].contains(status)
                && member.may(.custom("resume"), Resources.uploads.name),
        ]
        if let error = row.string("error_message"), !error.isEmpty { data["error"] = error }
        return data
    }

    private func act(_ action: String, _ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        _ = try await site.form(request, context)
        _ = try await site.resources.act(
            action,
            on: Resources.uploads,
            id: LiveRoutes.id(context, "upload"),
            as: member.principal,
            from: context.remoteAddress
        )
        return Response.seeOther("/pipelines/\(try LiveRoutes.id(context).text)/uploads", for: request)
    }

    @Sendable private func delete(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        _ = try await site.form(request, context)
        try await site.resources.delete(
            Resources.uploads,
            id: LiveRoutes.id(context, "upload"),
            as: member.principal,
            from: context.remoteAddress
        )
        return Response.seeOther("/pipelines/\(try LiveRoutes.id(context).text)/uploads", for: request)
    }
}
