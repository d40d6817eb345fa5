import DashAPI
import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// A pipeline's sinks: where every record goes, how far each lane has come, and what one can do about it.
struct SinkRoutes: Sendable {
    let site: Site

    func add(to router: some RouterMethods<DashRequestContext>) {
        router.get("/pipelines/{id}/sinks") { request, context in
            try await show(nil, nil, redriven: FormData.query(of: request).text("redriven"), context)
        }
        router.get("/pipelines/{id}/sinks/fields", use: fields)
        router.get("/pipelines/{id}/sinks/lanes", use: refresh)
        router.post("/pipelines/{id}/sinks", use: create)
        router.post("/pipelines/{id}/sinks/{sink}/delete", use: delete)
        router.post("/pipelines/{id}/sinks/{sink}/pause") { try await act("pause", $0, $1) }
        router.post("/pipelines/{id}/sinks/{sink}/resume") { try await act("resume", $0, $1) }
        router.post("/pipelines/{id}/sinks/{sink}/test", use: test)
        router.post("/pipelines/{id}/sinks/{sink}/redrive", use: redrive)
        router.post("/pipelines/{id}/deliveries/{delivery}/redrive", use: redriveOne)
    }

    @Sendable private func fields(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        _ = try site.member(context)
        guard let kind = FormData.query(of: request).text("sink_type").flatMap(site.dependencies.components.sink) else {
            throw DashError(.notFound, "There is no such kind of sink.")
        }
        let config = ConfigForm(fields: kind.fields, prefix: "sink_config")
        return try site.pages.fragment("sink-fields", Self.fieldData(kind, config, [:], nil), context: context)
    }

    @Sendable private func create(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let form = try await site.form(request, context)
        let id = try LiveRoutes.id(context)
        var attributes = JSONObject([("sink_type", .string(form.text("sink_type") ?? ""))])
        if let kind = form.text("sink_type").flatMap(site.dependencies.components.sink) {
            attributes["sink_config"] = ConfigForm(fields: kind.fields, prefix: "sink_config").read(form)
        }
        do {
            _ = try await site.resources.create(
                Resources.pipelineSinks,
                ResourceInput(attributes: attributes, relationships: ["pipeline": id]),
                as: member.principal,
                from: context.remoteAddress
            )
            return Response.seeOther("/pipelines/\(id.text)/sinks", for: request)
        } catch let error as DashError where [.invalid, .conflict].contains(error.code) {
            return try await show(form, error, context)
        }
    }

    @Sendable private func delete(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        _ = try await site.form(request, context)
        try await site.resources.delete(
            Resources.pipelineSinks,
            id: LiveRoutes.id(context, "sink"),
            as: member.principal,
            from: context.remoteAddress
        )
        return Response.seeOther("/pipelines/\(try LiveRoutes.id(context).text)/sinks", for: request)
    }

    /// Does what a button of a sink says: `pause`, `resume`.
    private func act(_ action: String, _ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        _ = try await site.form(request, context)
        _ = try await site.resources.act(
            action,
            on: Resources.pipelineSinks,
            id: LiveRoutes.id(context, "sink"),
            as: member.principal,
            from: context.remoteAddress
        )
        return Response.seeOther("/pipelines/\(try LiveRoutes.id(context).text)/sinks", for: request)
    }

    /// Tells in place whether the receiver can be reached.
    @Sendable private func test(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        _ = try await site.form(request, context)
        var data: ViewData = ["isReached": true]
        do {
            _ = try await site.resources.act(
                "test",
                on: Resources.pipelineSinks,
                id: LiveRoutes.id(context, "sink"),
                as: member.principal,
                from: context.remoteAddress
            )
        } catch let error as DashError {
            data = ["isReached": false, "reason": error.description]
        }
        return try site.pages.fragment("sink-test", data, context: context)
    }

    /// Sends the dead letters of a sink again that the form's fields name; all of them when it names none.
    @Sendable private func redrive(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let form = try await site.form(request, context)
        var parameters: JSONObject = [:]
        if let reason = form.text("reason") { parameters["reason"] = .string(reason) }
        for name in ["from", "to"] {
            // A browser's control for times leaves out the seconds, and knows no zone: the page says that it is UTC.
            guard let text = form.text(name) else { continue }
            parameters[name] = .string(text.count == 16 ? text + ":00Z" : text.hasSuffix("Z") ? text : text + "Z")
        }
        let id = try LiveRoutes.id(context, "sink")
        return try await again(Resources.pipelineSinks, id, .object(parameters), request, context)
    }

    @Sendable private func redriveOne(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        _ = try await site.form(request, context)
        let id = try LiveRoutes.id(context, "delivery")
        return try await again(Resources.deliveries, id, ["only": true], request, context)
    }

    private func again(
        _ resource: Resource,
        _ id: UUID,
        _ parameters: JSONValue,
        _ request: Request,
        _ context: DashRequestContext
    ) async throws -> Response {
        let member = try site.member(context)
        let result = try await site.resources.act(
            "redrive",
            on: resource,
            id: id,
            parameters: parameters,
            as: member.principal,
            from: context.remoteAddress
        )
        guard case .count(let count) = result else { throw DashError(.internal, "A redrive tells no count.") }
        let page = "/pipelines/\(try LiveRoutes.id(context).text)/sinks"
        return Response.seeOther("\(page)?redriven=\(count)", for: request)
    }
}
