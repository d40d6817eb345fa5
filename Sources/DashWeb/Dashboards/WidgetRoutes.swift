import DashAPI
import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging

/// Adding, changing and removing a dashboard's widgets by a form that shows what it would look like.
struct WidgetRoutes: Sendable {
    let site: Site

    func add(to router: some RouterMethods<DashRequestContext>) {
        router.get("/dashboards/{id}/widgets/new", use: new)
        router.get("/dashboards/{id}/widgets/fields", use: fields)
        router.post("/dashboards/{id}/widgets", use: create)
        router.post("/dashboards/{id}/widgets/preview", use: preview)
        router.get("/dashboards/{id}/widgets/{widget}/edit", use: edit)
        router.post("/dashboards/{id}/widgets/{widget}", use: update)
        router.post("/dashboards/{id}/widgets/{widget}/delete", use: delete)
    }

    @Sendable private func new(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        try DashboardFormRoutes.require(member.may(.create, "widgets"), "add widgets")
        let page = try await page(context, member)
        let query = FormData.query(of: request)
        var form = WidgetForm()
        if let kind = query.text("type").flatMap(WidgetKinds.named) { form.type = kind.name }
        // With one pipeline there is nothing to choose.
        let pipelines = try await site.pipelineNames(as: member.principal)
        form.pipeline = query.uuid("pipeline")?.text ?? (pipelines.count == 1 ? pipelines[0].id.text : "")
        return try await show(form, page, nil, nil, member, context)
    }

    @Sendable private func create(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let posted = try await site.form(request, context)
        let page = try await page(context, member)
        let form = WidgetForm(posted)
        do {
            try DashboardFormRoutes.require(member.may(.create, "widgets"), "add widgets")
            let values = try await attributes(form, page, nil, member)
            _ = try await site.resources.create(
                Resources.widgets,
                ResourceInput(attributes: values, relationships: ["dashboard": page.dashboard.id]),
                as: member.principal,
                from: context.remoteAddress
            )
            return Response.seeOther("/dashboards/" + page.dashboard.id.text, for: request)
        } catch let error as DashError where [.invalid, .conflict].contains(error.code) {
            return try await show(form, page, nil, error, member, context)
        }
    }

    @Sendable private func edit(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        try DashboardFormRoutes.require(member.may(.update, "widgets"), "change widgets")
        let page = try await page(context, member)
        let row = try Self.widget(context, page)
        return try await show(WidgetForm(row), page, row, nil, member, context)
    }

    @Sendable private func update(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let posted = try await site.form(request, context)
        try DashboardFormRoutes.require(member.may(.update, "widgets"), "change widgets")
        let page = try await page(context, member)
        let row = try Self.widget(context, page)
        let form = WidgetForm(posted)
        do {
            var values = try await attributes(form, page, row, member)
            values["config"] = Self.merged(values["config"] ?? [:], into: row["config"])
            _ = try await site.resources.update(
                Resources.widgets,
                id: row.id,
                ResourceInput(attributes: values),
                seen: posted.text("version"),
                as: member.principal,
                from: context.remoteAddress
            )
            return Response.seeOther("/dashboards/" + page.dashboard.id.text, for: request)
        } catch let error as DashError where [.invalid, .conflict, .preconditionFailed].contains(error.code) {
            return try await show(form, page, row, error, member, context)
        }
    }

    @Sendable private func delete(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        _ = try await site.form(request, context)
        let page = try await page(context, member)
        try await site.resources.delete(
            Resources.widgets,
            id: Self.widget(context, page).id,
            as: member.principal,
            from: context.remoteAddress
        )
        return Response.seeOther("/dashboards/" + page.dashboard.id.text, for: request)
    }

    // MARK: Fragments

    /// The fields to choose from, for htmx.
    @Sendable private func fields(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let pipeline = FormData.query(of: request).uuid("pipeline_id")
        let known = try await WidgetFields.load(pipeline, site, as: member.principal)
        return try site.pages.fragment("widget-fields", ["known": known.options], context: context)
    }

    /// The widget that the form would make, with the answer that it gets now.
    @Sendable private func preview(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let posted = try await site.form(request, context)
        try DashboardFormRoutes.require(member.may(.create, "widgets"), "add widgets")
        let page = try await page(context, member)
        let data = await preview(WidgetForm(posted), page, member)
        return try site.pages.fragment("widget-preview", data, context: context)
    }

    private func preview(_ form: WidgetForm, _ page: DashboardPage, _ member: Site.Member) async -> ViewData {
        guard form.kind?.query == nil || !form.pipeline.isEmpty else {
            return ["hint": "Choose a pipeline to see what the widget shows.", "hasWidget": false]
        }
        do {
            let known = try await WidgetFields.load(UUID(text: form.pipeline), site, as: member.principal)
            // Where it will be doesn't matter yet.
            var form = form
            form.place = [:]
            let values = try form.attributes(known, WidgetPlaces([]))
            var row = ResourceRow(id: page.dashboard.id, values: [:])
            for member in values.members { row.values[member.key] = member.value }
            guard form.kind?.query != nil else {
                return [
                    "hint": false, "hasWidget": true, "widgets": [WidgetView.data(row, answer: nil, mayEdit: false)],
                ]
            }
            let result = try await site.resources.query(row["data_query"], as: member.principal)
            let answer = WidgetAnswer(WidgetDefinition(row), result: result, duration: .zero)
            var data = WidgetView.data(row, answer: answer.content, mayEdit: false)
            data["frame"] = String(decoding: answer.frame.bytes, as: UTF8.self)
            data["hasFrame"] = true
            return ["hint": false, "hasWidget": true, "widgets": [data]]
        } catch let error as DashError where error.code != .internal {
            let issues = WidgetForm.placed(error).issues
            let text = issues.first.map { "\(Self.word($0.pointer)) \($0.message)." } ?? error.message
            return ["hint": text, "hasWidget": false]
        } catch {
            site.dependencies.logger.warning(
                "A widget's preview failed",
                metadata: ["error": "\(String(reflecting: error))"]
            )
            return ["hint": "The preview can't be shown now.", "hasWidget": false]
        }
    }

    /// `/fields/0/path` as the form calls it.
    private static func word(_ pointer: String) -> String {
        switch pointer.split(separator: "/").first {
        case "fields"?: "Field"
        case "pipeline_id"?: "Pipeline"
        case "filters"?: "Filter"
        case "group_by"?: "Group by"
        case let name?: name.prefix(1).uppercased() + name.dropFirst()
        case nil: "The widget"
        }
    }

    // MARK: Parts

    private func page(_ context: DashRequestContext, _ member: Site.Member) async throws -> DashboardPage {
        try await DashboardPage.load(LiveRoutes.id(context), site, as: member.principal)
    }

    private static func widget(_ context: DashRequestContext, _ page: DashboardPage) throws -> ResourceRow {
        let id = try LiveRoutes.id(context, "widget")
        guard let row = page.widgets.first(where: { $0.id == id }) else {
            throw DashError(.notFound, "There is no such widget on this dashboard.")
        }
        return row
    }

    private func attributes(
        _ form: WidgetForm,
        _ page: DashboardPage,
        _ row: ResourceRow?,
        _ member: Site.Member
    ) async throws -> JSONObject {
        let pipeline = UUID(text: form.pipeline)
        let known: WidgetFields
        do {
            known = try await WidgetFields.load(form.kind?.query == nil ? nil : pipeline, site, as: member.principal)
        } catch let error as DashError where error.code == .notFound {
            let issue = DashError.Issue(pointer: "/pipeline_id", message: "is not a pipeline of the team")
            throw DashError(.invalid, "The widget can't be saved.", issues: [issue])
        }
        return try form.attributes(known, WidgetPlaces(page.widgets.filter { $0.id != row?.id }))
    }

    /// Members that the form does not know stay as they are.
    private static func merged(_ new: JSONValue, into stored: JSONValue) -> JSONValue {
        var config = stored.objectValue ?? JSONObject()
        for key in ["title"] + WidgetKinds.settings.map(\.name) { config[key] = nil }
        for member in new.objectValue?.members ?? [] { config[member.key] = member.value }
        return .object(config)
    }

    private func show(
        _ form: WidgetForm,
        _ page: DashboardPage,
        _ row: ResourceRow?,
        _ error: DashError?,
        _ member: Site.Member,
        _ context: DashRequestContext
    ) async throws -> Response {
        let pipelines = try await site.pipelineNames(as: member.principal)
        let chosen = UUID(text: form.pipeline).flatMap { id in pipelines.first { $0.id == id }?.id }
        let known = try await WidgetFields.load(chosen, site, as: member.principal)
        var data = form.data(known, pipelines: pipelines, error: error)
        let home = "/dashboards/" + page.dashboard.id.text
        data["home"] = home
        data["name"] = page.name
        data["action"] = home + "/widgets" + (row.map { "/" + $0.id.text } ?? "")
        if let row {
            data["editing"] = true
            if let version = row.version { data["version"] = version }
            data["storedTitle"] = WidgetForm.title(of: row)
            data["mayDelete"] = member.may(.delete, "widgets")
        }
        return try site.pages.page(
            "widget-form",
            title: row == nil ? "Add widget" : "Edit widget",
            section: "dashboards",
            data,
            status: error?.code.status ?? .ok,
            context: context
        )
    }
}
