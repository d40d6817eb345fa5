import DashAPI
import DashJSON
import DashModel
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// Adding, changing and removing a dashboard's widgets by form.
struct WidgetRoutes: Sendable {
    let site: Site

    func add(to router: Router<DashRequestContext>) {
        router.get("/widgets/paths", use: paths)
        router.get("/dashboards/{id}/widgets/new", use: new)
        router.post("/dashboards/{id}/widgets", use: create)
        router.get("/dashboards/{id}/widgets/{widget}/edit", use: edit)
        router.post("/dashboards/{id}/widgets/{widget}", use: update)
        router.post("/dashboards/{id}/widgets/{widget}/delete", use: delete)
    }

    /// The fields that a pipeline's records have, for the choices of the form; for htmx.
    @Sendable private func paths(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        guard let pipeline = FormData.query(of: request).uuid("pipeline_id") else {
            return try site.pages.fragment("widget-paths", [:], context: context)
        }
        let data: ViewData = ["paths": try await site.paths(of: pipeline, as: member.principal)]
        return try site.pages.fragment("widget-paths", data, context: context)
    }

    @Sendable private func new(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        guard member.may(.create, "widgets") else {
            throw DashError(.forbidden, "Your role does not allow to add widgets.")
        }
        let query = FormData.query(of: request)
        let widgets = try await site.widgets(of: LiveRoutes.id(context), as: member.principal)
        let places = widgets.map { DashboardView.Place($0["position"]) }
        let bottom = places.map { $0.y + $0.h }.max() ?? 0
        let form = WidgetForm(
            type: query.text("type") ?? "stat_card",
            pipeline: query.uuid("pipeline"),
            below: bottom
        )
        return try await page(form, nil, nil, member, context)
    }

    @Sendable private func create(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let form = WidgetForm(try await site.form(request, context))
        let id = try LiveRoutes.id(context)
        return try await saving(form, nil, member, request, context) {
            _ = try await site.resources.create(
                Resources.widgets,
                ResourceInput(attributes: form.attributes, relationships: ["dashboard": id]),
                as: member.principal,
                from: context.remoteAddress
            )
        }
    }

    @Sendable private func edit(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let row = try await widget(context, member)
        return try await page(WidgetForm(row), row, nil, member, context)
    }

    @Sendable private func update(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let form = WidgetForm(try await site.form(request, context))
        let row = try await widget(context, member)
        return try await saving(form, row, member, request, context) {
            _ = try await site.resources.update(
                Resources.widgets,
                id: row.id,
                ResourceInput(attributes: form.attributes),
                as: member.principal,
                from: context.remoteAddress
            )
        }
    }

    @Sendable private func delete(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        _ = try await site.form(request, context)
        let row = try await widget(context, member)
        try await site.resources.delete(Resources.widgets, id: row.id, as: member.principal, from: context.remoteAddress)
        return Response.seeOther("/dashboards/" + (try LiveRoutes.id(context)).text, for: request)
    }

    private func saving(
        _ form: WidgetForm,
        _ row: ResourceRow?,
        _ member: Site.Member,
        _ request: Request,
        _ context: DashRequestContext,
        _ save: () async throws -> Void
    ) async throws -> Response {
        do {
            guard form.issues.isEmpty else {
                throw DashError(.invalid, "The widget can't be saved.", issues: form.issues)
            }
            try await save()
            return Response.seeOther("/dashboards/" + (try LiveRoutes.id(context)).text, for: request)
        } catch let error as DashError where [.invalid, .conflict].contains(error.code) {
            return try await page(form, row, error, member, context)
        }
    }

    private func widget(_ context: DashRequestContext, _ member: Site.Member) async throws -> ResourceRow {
        let row = try await site.resources.fetch(
            Resources.widgets,
            id: LiveRoutes.id(context, "widget"),
            as: member.principal
        )
        guard row.uuid("dashboard_id") == (try LiveRoutes.id(context)) else {
            throw DashError(.notFound, "There is no such widget on this dashboard.")
        }
        return row
    }

    private func page(
        _ form: WidgetForm,
        _ row: ResourceRow?,
        _ error: DashError?,
        _ member: Site.Member,
        _ context: DashRequestContext
    ) async throws -> Response {
        let dashboard = try await site.resources.fetch(
            Resources.dashboards,
            id: LiveRoutes.id(context),
            as: member.principal
        )
        let pipelines = try await site.pipelineNames(as: member.principal)
        var data = form.data(pipelines: pipelines)
        data["id"] = dashboard.id.text
        data["dashboardName"] = dashboard.string("name") ?? ""
        data["action"] = "/dashboards/\(dashboard.id.text)/widgets" + (row.map { "/" + $0.id.text } ?? "")
        if let row {
            data["widget"] = row.id.text
            data["mayDelete"] = member.may(.delete, "widgets")
        }
        let chosen = form.attributes["data_query"]?["pipeline_id"]?.stringValue.flatMap { UUID(uuidString: $0) }
        if let pipeline = chosen ?? pipelines.first?.id, pipelines.contains(where: { $0.id == pipeline }) {
            data["paths"] = try await site.paths(of: pipeline, as: member.principal)
        }
        if let error {
            let fields: Set<String> = [
                "type", "data_query.pipeline_id", "data_query.fields", "data_query.group_by", "data_query.bucket",
                "data_query.range", "data_query.limit", "filters", "data_query.filters", "position",
            ]
            var problem = FormProblem(error, fields: fields).data
            // Template names can't hold dots.
            for (key, value) in problem where key.contains(".") {
                problem[key.replacing("data_query.", with: "")] = value
            }
            data.merge(problem) { $1 }
        }
        return try site.pages.page(
            "widget-form",
            title: row == nil ? "Add a widget" : "Change a widget",
            section: "dashboards",
            data,
            status: error == nil ? .ok : .unprocessableContent,
            context: context
        )
    }
}
