import DashAPI
import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// Making a pipeline and changing its settings, by a form that follows the chosen source.
struct PipelineFormRoutes: Sendable {
    let site: Site

    private static let ownFields: Set<String> = [
        "name", "type", "interval_seconds", "cron", "timezone", "misfire_policy", "source_type", "retention_days",
        "persist_data",
    ]

    private static func declared(isNew: Bool) -> DeclaredFields {
        DeclaredFields(Resources.pipelines, besides: ownFields.union(["source_config"]), isNew: isNew)
    }

    func add(to router: some RouterMethods<DashRequestContext>) {
        router.get("/pipelines/new", use: new)
        router.get("/pipelines/fields", use: fields)
        router.post("/pipelines", use: create)
        router.get("/pipelines/{id}/edit", use: edit)
        router.post("/pipelines/{id}", use: update)
    }

    @Sendable private func new(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        guard member.may(.create, "pipelines") else {
            throw DashError(.forbidden, "Your role does not allow to create pipelines.")
        }
        let kind = FormData.query(of: request).text("source").flatMap(site.dependencies.components.source)
        var values = JSONObject([("interval_seconds", 60), ("persist_data", true), ("misfire_policy", "latest")])
        values["source_type"] = (kind ?? site.dependencies.components.sources.first).map { .string($0.name) }
        return try await page(values, nil, nil, member, context)
    }

    /// The part of the form that depends on the source, for htmx.
    @Sendable private func fields(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let form = FormData.query(of: request)
        var values = attributes(form)
        values["interval_seconds"] = 60
        values["misfire_policy"] = "latest"
        let data = try await sourceData(values, nil, nil, member)
        return try site.pages.fragment("pipeline-source-fields", data, context: context)
    }

    @Sendable private func create(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let form = try await site.form(request, context)
        let values = attributes(form).merging(Self.declared(isNew: true).read(form))
        do {
            let made = try await site.resources.create(
                Resources.pipelines,
                ResourceInput(attributes: values),
                as: member.principal,
                from: context.remoteAddress
            )
            return Response.seeOther("/pipelines/" + made.row.id.text, for: request)
        } catch let error as DashError where [.invalid, .conflict].contains(error.code) {
            return try await page(values, nil, error, member, context)
        }
    }

    @Sendable private func edit(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        guard member.may(.update, "pipelines") else {
            throw DashError(.forbidden, "Your role does not allow to change pipelines.")
        }
        let row = try await site.resources.fetch(Resources.pipelines, id: LiveRoutes.id(context), as: member.principal)
        return try await page(JSONObject(row.values.map { ($0.key, $0.value) }), row, nil, member, context)
    }

    @Sendable private func update(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let form = try await site.form(request, context)
        let id = try LiveRoutes.id(context)
        let row = try await site.resources.fetch(Resources.pipelines, id: id, as: member.principal)
        var values = attributes(form).merging(Self.declared(isNew: false).read(form))
        values["type"] = row["type"]
        do {
            _ = try await site.resources.update(
                Resources.pipelines,
                id: id,
                ResourceInput(attributes: values),
                seen: form.text("version"),
                as: member.principal,
                from: context.remoteAddress
            )
            return Response.seeOther("/pipelines/" + id.text, for: request)
        } catch let error as DashError where [.invalid, .conflict, .preconditionFailed].contains(error.code) {
            return try await page(values, row, error, member, context)
        }
    }

    /// The attributes that a form says. A schedule is an interval or a cron expression, as the form's choice is.
    private func attributes(_ form: FormData) -> JSONObject {
        var values = JSONObject()
        values["name"] = .string(form.text("name") ?? "")
        let source = form.text("source_type") ?? ""
        values["source_type"] = .string(source)
        guard let kind = site.dependencies.components.source(source) else { return values }
        values["type"] = .string(kind.pipelineType)
        values["source_config"] = ConfigForm(fields: kind.fields, prefix: "source_config").read(form)
        let isPolling = kind.pipelineType == "polling"
        let isCron = form["schedule"] == "cron"
        values["interval_seconds"] = isPolling && !isCron ? Self.integer(form, "interval_seconds") : .null
        values["cron"] = isPolling && isCron ? form.text("cron").map { .string($0) } ?? .null : .null
        values["timezone"] = isPolling && isCron ? form.text("timezone").map { .string($0) } ?? .null : .null
        if isPolling, let policy = form.text("misfire_policy") { values["misfire_policy"] = .string(policy) }
        values["retention_days"] = Self.integer(form, "retention_days")
        values["persist_data"] = .bool(form.flag("persist_data"))
        return values
    }

    private static func integer(_ form: FormData, _ name: String) -> JSONValue {
        guard let text = form.text(name) else { return .null }
        return Int(text).map { .number(JSONNumber($0)) } ?? .string(text)
    }

    private func page(
        _ values: JSONObject,
        _ row: ResourceRow?,
        _ error: DashError?,
        _ member: Site.Member,
        _ context: DashRequestContext
    ) async throws -> Response {
        var data = try await sourceData(values, row, error, member)
        let declared = Self.declared(isNew: row == nil)
        data.merge(declared.data(values, error)) { $1 }
        if let error {
            let kind = site.dependencies.components.source(values["source_type"]?.stringValue ?? "")
            let names = kind.map { ConfigForm(fields: $0.fields, prefix: "source_config").names } ?? []
            data.merge(FormProblem(error, fields: names.union(Self.ownFields).union(declared.names)).data) { $1 }
        }
        data["name"] = values["name"]?.stringValue ?? ""
        data["retention"] = Self.text(values["retention_days"])
        data["persists"] = values["persist_data"]?.boolValue ?? true
        data["action"] = row.map { "/pipelines/" + $0.id.text } ?? "/pipelines"
        if let row {
            data["editing"] = true
            if let version = row.version { data["version"] = version }
            data.merge(PipelineHead.data(row, tab: "settings", member)) { own, _ in own }
        }
        let current = values["source_type"]?.stringValue
        data["sources"] = site.dependencies.components.sources
            .filter { kind in row.map { $0.string("type") == kind.pipelineType } ?? true }
            .map { kind in
                [
                    "value": kind.name, "title": kind.title, "type": kind.pipelineType, "summary": kind.summary,
                    "isSelected": kind.name == current,
                ] as ViewData
            }
        return try site.pages.page(
            "pipeline-form",
            title: row == nil ? "New pipeline" : "Settings",
            section: "pipelines",
            data,
            status: error.map { $0.code == .preconditionFailed ? .preconditionFailed : .unprocessableContent } ?? .ok,
            context: context
        )
    }

    /// What depends on the source: its config, and a schedule for sources that are polled.
    private func sourceData(
        _ values: JSONObject,
        _ row: ResourceRow?,
        _ error: DashError?,
        _ member: Site.Member
    ) async throws -> ViewData {
        guard let kind = site.dependencies.components.source(values["source_type"]?.stringValue ?? "") else {
            return [:]
        }
        var form = ConfigForm(fields: kind.fields, prefix: "source_config")
        form.pipelines = try await site.pipelineNames(as: member.principal).filter { $0.id != row?.id }
        let problems = error.map { FormProblem($0, fields: form.names) }
        let config = values["source_config"] ?? [:]
        let isCron = values["cron"]?.stringValue != nil
        return [
            "sourceSummary": kind.summary,
            "hasFields": !kind.fields.isEmpty,
            "fields": form.controls(config, problems: problems),
            "isPolling": kind.pipelineType == "polling",
            "isCron": isCron,
            "interval": Self.text(values["interval_seconds"]),
            "cron": Self.text(values["cron"]),
            "timezone": Self.text(values["timezone"]),
            "misfires": ["latest", "skip", "all"].map { policy in
                ["value": policy, "isSelected": values["misfire_policy"]?.stringValue == policy] as ViewData
            },
        ]
    }

    private static func text(_ value: JSONValue?) -> String {
        switch value {
        case nil, .null?: ""
        case .string(let text)?: text
        case let value?: value.text
        }
    }
}
