import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

/// One permitted request of the REST API on its way to an answer.
struct RESTCall {
    let route: RESTRoute
    let request: Request
    let context: DashRequestContext
    let principal: Principal
    let service: ResourceService

    func answer() async throws -> Response {
        switch route.kind {
        case .list: try await list()
        case .create: try await create()
        case .fetch: try await fetch()
        case .update: try await update()
        case .delete: try await delete()
        case .related(let name): try await related(name)
        case .linkage(let name): try await linkage(name)
        case .relink(let name): try await relink(name)
        case .act(let action): try await act(action)
        case .view(let view): try await show(view)
        }
    }

    private func list() async throws -> Response {
        let resource = try resource()
        let parameters = try parameters(resource, .collection)
        return try await page(of: resource, parameters.query, parameters)
    }

    private func fetch() async throws -> Response {
        let resource = try resource()
        let parameters = try parameters(resource, .document)
        let row = try await service.fetch(resource, id: try id(), as: principal)
        return try await document(row, of: resource, parameters)
    }

    private func create() async throws -> Response {
        let resource = try resource()
        let parameters = try parameters(resource, .document)
        try MediaTypes.requireSupported(request)
        let asked = try RequestDocument(try await body(), of: resource, updating: nil)
        let written = try await asked.placing {
            try await service.create(resource, asked.input, as: principal, from: context.remoteAddress)
        }
        var response = try await document(
            written.row,
            of: resource,
            parameters,
            secret: written.secret,
            status: .created
        )
        response.headers[.location] = ResourceDocument.address(resource.name, written.row.id)
        return response
    }

    private func update() async throws -> Response {
        let resource = try resource()
        let parameters = try parameters(resource, .document)
        try MediaTypes.requireSupported(request)
        let id = try id()
        let asked = try RequestDocument(try await body(), of: resource, updating: id)
        for (name, members) in asked.members { try await require(members, of: name, in: resource, id) }
        let row = try await asked.placing {
            try await service.update(
                resource,
                id: id,
                asked.input,
                ifMatch: request.headers[.ifMatch],
                as: principal,
                from: context.remoteAddress
            )
        }
        return try await document(row, of: resource, parameters)
    }

    private func delete() async throws -> Response {
        _ = try parameters(nil, [])
        try await service.delete(
            try resource(),
            id: try id(),
            ifMatch: request.headers[.ifMatch],
            as: principal,
            from: context.remoteAddress
        )
        return Response(status: .noContent)
    }

    /// Refuses to replace the rows of a to-many relationship, unless they are those that it has.
    private func require(_ members: [UUID], of name: String, in resource: Resource, _ id: UUID) async throws {
        guard let relationship = resource.relationship(name), let target = Resources.named(relationship.target) else {
            return
        }
        let filter = ResourceQuery.Filter(relationship.column, .eq, .string(id.text))
        let known = try await service.list(target, ResourceQuery(filters: [filter], limit: 1_000), as: principal)
        guard known.next == nil, Set(known.rows.map(\.id)) == Set(members) else {
            throw RequestDocument.fromOtherSide("/data/relationships/" + name)
        }
    }

    private func related(_ name: String) async throws -> Response {
        let (owner, relationship, target) = try await ownerAndTarget(name)
        switch relationship.kind {
        case .toMany:
            let parameters = try parameters(target, .collection)
            var query = parameters.query
            query.filters.append(.init(relationship.column, .eq, .string(owner.id.text)))
            return try await page(of: target, query, parameters)
        case .toOne:
            let parameters = try parameters(target, .document)
            guard let id = owner.uuid(relationship.column) else {
                return try await document(nil, of: target, parameters)
            }
            return try await document(try await service.fetch(target, id: id, as: principal), of: target, parameters)
        }
    }

    private func linkage(_ name: String) async throws -> Response {
        let (owner, relationship, target) = try await ownerAndTarget(name)
        let isMany = relationship.kind == .toMany
        let parameters = try parameters(target, isMany ? .page : [])
        let own = ResourceDocument.address(route.resource, owner.id)
        var links = [("self", "\(own)/relationships/\(name)"), ("related", "\(own)/\(name)")]
        var ids = [owner.uuid(relationship.column)].compactMap { $0 }
        if isMany {
            var query = parameters.query
            query.filters.append(.init(relationship.column, .eq, .string(owner.id.text)))
            let page = try await listed(target, query)
            ids = page.rows.map(\.id)
            links += pageLinks(parameters, page)
        }
        var document = ResourceDocument()
        return found(document.identifiers(ids, type: target.name, isMany: isMany, links: links))
    }

    /// Where a relationship can be changed at all, it is by the row that holds it.
    private func relink(_ name: String) async throws -> Response {
        _ = try await ownerAndTarget(name)
        throw RESTError(.forbidden, "forbidden", "The relationship \(name) can't be written at its own address.")
    }

    // MARK: What the answers share

    func resource() throws -> Resource {
        guard let resource = Resources.named(route.resource) else {
            throw DashError(.notFound, "There is nothing at this address.")
        }
        return resource
    }

    /// The id in the address; what is not an id names nothing.
    func id() throws -> UUID {
        guard let id = context.parameters.get("id").flatMap(UUID.init(uuidString:)) else {
            throw DashError(.notFound, "There is no row with this id.")
        }
        return id
    }

    func parameters(_ resource: Resource?, _ allowed: RESTParameters.Allowed) throws -> RESTParameters {
        try RESTParameters(request.uri.query, for: resource, allowing: allowed, principal: principal)
    }

    func body() async throws -> [UInt8] {
        let limit = route.bodyLimit
        // What is too large by its own word is refused before any of it has to come.
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw DashError(.tooLarge, "The body has \(length) bytes; \(limit) are allowed here.")
        }
        let buffer = try await request.body.collect(upTo: limit)
        try await context.confirm()
        return Array(buffer.readableBytesView)
    }

    func document(
        _ row: ResourceRow?,
        of resource: Resource,
        _ parameters: RESTParameters,
        secret: String? = nil,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let rows = [row].compactMap { $0 }
        let related = try await related(parameters, to: rows, resource)
        var document = ResourceDocument(
            fields: parameters.fields,
            related: related,
            isCompound: parameters.isCompound
        )
        // The address that answers with this document: the asked one, or where the written row is to be found.
        let own = row.map { ResourceDocument.address(resource.name, $0.id) }
        let address = isReading ? request.uri.string : own ?? request.uri.path
        let meta: JSONValue? = secret.map { ["token": .string($0)] }
        let bytes = document.one(row, of: resource, links: [("self", address)], meta: meta)
        if isReading { return found(bytes, row) }
        return RESTResponse.make(status, bytes, headers: [.eTag: EntityTag.of(row, bytes)])
    }

    /// What was read, or that the client has it already.
    func found(_ bytes: [UInt8], _ row: ResourceRow? = nil) -> Response {
        let tag = EntityTag.of(row, bytes)
        guard !EntityTag.matches(request.headers[.ifNoneMatch], tag) else { return RESTResponse.unchanged(tag) }
        // To be kept by who asked and nobody else, and asked for again each time.
        return RESTResponse.make(.ok, bytes, headers: [.eTag: tag, .cacheControl: RESTResponse.kept])
    }

    /// The links from a page to those around it. They are left out where there is nothing.
    func pageLinks(_ parameters: RESTParameters, _ page: ResourcePage) -> [(String, String)] {
        var links = [("first", self.link(parameters, to: nil))]
        if let prev = page.prev { links.append(("prev", link(parameters, to: ("page[before]", prev)))) }
        if let next = page.next { links.append(("next", link(parameters, to: ("page[after]", next)))) }
        return links
    }

    /// The same list from another place; nil: from its beginning.
    func link(_ parameters: RESTParameters, to place: (name: String, value: String)?) -> String {
        let query = parameters.string.encoded(without: ["page[after]", "page[before]"], adding: place)
        return request.uri.path + (query.isEmpty ? "" : "?" + query)
    }

    private var isReading: Bool { [.get, .head].contains(request.method) }

    private func page(
        of resource: Resource,
        _ query: ResourceQuery,
        _ parameters: RESTParameters
    ) async throws -> Response {
        let page = try await listed(resource, query)
        let related = try await related(parameters, to: page.rows, resource)
        let links = [("self", request.uri.string)] + pageLinks(parameters, page)
        var document = ResourceDocument(
            fields: parameters.fields,
            related: related,
            isCompound: parameters.isCompound
        )
        return found(document.many(page.rows, of: resource, links: links))
    }

    private func related(
        _ parameters: RESTParameters,
        to rows: [ResourceRow],
        _ resource: Resource
    ) async throws -> RelatedRows {
        do {
            return try await RelatedRows(parameters.include, of: rows, resource, service, as: principal)
        } catch let error as RelatedRows.Overflow {
            let message = "There are too many \(error.relationship) to include; ask for them by their own address."
            throw RESTError.parameter("include", message)
        }
    }

    private func listed(_ resource: Resource, _ query: ResourceQuery) async throws -> ResourcePage {
        do {
            return try await service.list(resource, query, as: principal)
        } catch let error as DashError where error.code == .invalid && query.isContinued {
            // Filters and sort were checked before: what is left to be wrong is the cursor.
            throw RESTError.parameter(query.after == nil ? "page[before]" : "page[after]", error.message)
        }
    }

    private func ownerAndTarget(_ name: String) async throws -> (ResourceRow, Relationship, Resource) {
        let resource = try resource()
        guard let relationship = resource.relationship(name), let target = Resources.named(relationship.target) else {
            throw DashError(.notFound, "There is no relationship \(name).")
        }
        return (try await service.fetch(resource, id: try id(), as: principal), relationship, target)
    }
}
