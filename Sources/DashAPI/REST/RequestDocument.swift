import DashJSON
import DashModel
import FoundationEssentials
import HTTPTypes

/// The document of a POST or PATCH. Members that JSON:API doesn't know are ignored, as are those that begin with an at sign.
struct RequestDocument {
    let input: ResourceInput
    /// To-many relationships with the rows that the client says belong there.
    private(set) var members: [String: [UUID]] = [:]
    private let resource: Resource
    private let attributes: DocumentAttributes

    init(_ bytes: [UInt8], of resource: Resource, updating id: UUID?) throws {
        self.resource = resource
        let document = try Self.json(bytes)
        guard document.objectValue != nil else { throw RESTError.document("", "The document must be an object.") }
        guard let data = document["data"], data.objectValue != nil else {
            throw RESTError.document("/data", "The document must have a resource object as data.")
        }
        try Self.checkIdentity(data, resource, id)
        attributes = DocumentAttributes(try Self.object(data["attributes"], at: "/data/attributes"), of: resource)
        if let issue = attributes.issues.first {
            let pointer = "/data/attributes" + issue.pointer
            throw RESTError(.unprocessableContent, "invalid", issue.message, pointer: pointer)
        }
        var input = ResourceInput(attributes: attributes.values)
        for (name, member) in try Self.object(data["relationships"], at: "/data/relationships").members
        where !name.hasPrefix("@") {
            let pointer = "/data/relationships/" + name
            guard let relationship = resource.relationship(name) else {
                let message = "is not a relationship of \(resource.name)"
                throw RESTError(.unprocessableContent, "invalid", message, pointer: pointer)
            }
            guard let linkage = try Self.linkage(member, at: pointer) else { continue }
            switch relationship.kind {
            case .toMany:
                guard id != nil, let items = linkage.arrayValue else { throw Self.fromOtherSide(pointer) }
                members[name] = try items.enumerated().map { index, item in
                    try Self.identifier(item, of: relationship, at: "\(pointer)/data/\(index)")
                }
            case .toOne where linkage.isNull: input.cleared.insert(name)
            case .toOne:
                input.relationships[name] = try Self.identifier(linkage, of: relationship, at: pointer + "/data")
            }
        }
        self.input = input
    }

    /// A JSON text, or a 400 that says where it is wrong.
    static func json(_ bytes: [UInt8]) throws -> JSONValue {
        do {
            return try JSONValue(parsing: bytes)
        } catch {
            throw RESTError(.badRequest, "invalid_json", "The body is not JSON: \(error).")
        }
    }

    /// Runs what the document asks for; its errors point into the document.
    func placing<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as DashError {
            throw RESTError(error, pointer: place)
        }
    }

    static func fromOtherSide(_ pointer: String) -> RESTError {
        RESTError(.forbidden, "forbidden", "The relationship is written from its other side.", pointer: pointer)
    }

    private func place(_ pointer: String) -> String {
        let name = String(pointer.dropFirst().prefix { $0 != "/" })
        if resource.relationship(name) != nil { return "/data/relationships/" + name }
        return "/data/attributes" + attributes.place(pointer)
    }

    private static func checkIdentity(_ data: JSONValue, _ resource: Resource, _ id: UUID?) throws {
        guard let type = data["type"]?.stringValue else {
            throw RESTError.document("/data/type", "The resource object needs a type: \(resource.name).")
        }
        guard type == resource.name else {
            throw RESTError(.conflict, "wrong_type", "Here the type is \(resource.name).", pointer: "/data/type")
        }
        guard let id else {
            guard data["id"] == nil else {
                let message = "The server chooses the id of a new \(resource.singular)."
                throw RESTError(.forbidden, "client_generated_id", message, pointer: "/data/id")
            }
            return
        }
        guard let given = data["id"]?.stringValue else {
            throw RESTError.document("/data/id", "The resource object needs the id that is in the address.")
        }
        guard UUID(text: given) == id else {
            throw RESTError(.conflict, "wrong_id", "The id is not the one in the address.", pointer: "/data/id")
        }
    }

    /// nil for a relationship that was read without its linkage and comes back so.
    private static func linkage(_ member: JSONValue, at pointer: String) throws -> JSONValue? {
        if let data = member["data"] { return data }
        if member["links"] != nil || member["meta"] != nil { return nil }
        throw RESTError.document(pointer, "The relationship needs data.")
    }

    private static func identifier(_ item: JSONValue, of relationship: Relationship, at pointer: String) throws -> UUID
    {
        guard let type = item["type"]?.stringValue, let id = item["id"]?.stringValue else {
            throw RESTError.document(pointer, "The relationship's data needs type and id.")
        }
        guard type == relationship.target else {
            let message = "The type of \(relationship.name) is \(relationship.target)."
            throw RESTError(.conflict, "wrong_type", message, pointer: pointer + "/type")
        }
        guard let uuid = UUID(text: id) else {
            throw RESTError(.notFound, "not_found", "There is no such \(relationship.name).", pointer: pointer + "/id")
        }
        return uuid
    }

    private static func object(_ value: JSONValue?, at pointer: String) throws -> JSONObject {
        guard let value else { return JSONObject() }
        guard let object = value.objectValue else { throw RESTError.document(pointer, "This must be an object.") }
        return object
    }
}
