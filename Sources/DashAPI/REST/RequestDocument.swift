import DashJSON
import DashModel
import FoundationEssentials
import HTTPTypes

/// Reads the document of a POST or PATCH into a `ResourceInput`.
enum RequestDocument {
    static func input(
        _ bytes: [UInt8],
        of resource: Resource,
        updating id: UUID?
    ) throws -> ResourceInput {
        let document = try json(bytes)
        guard document.objectValue != nil else { throw RESTError.document("", "The document must be an object.") }
        try refuseUnknown(in: document, at: "", except: ["data", "meta", "jsonapi", "links", "included"])
        guard let data = document["data"], data.objectValue != nil else {
            throw RESTError.document("/data", "The document must have a resource object as data.")
        }
        let members = ["type", "id", "lid", "attributes", "relationships", "links", "meta"]
        try refuseUnknown(in: data, at: "/data", except: members)
        try checkIdentity(data, resource, id)
        return ResourceInput(
            attributes: try object(data["attributes"], at: "/data/attributes"),
            relationships: try relationships(data["relationships"], of: resource)
        )
    }

    /// A JSON text, or a 400 that says where it is wrong.
    static func json(_ bytes: [UInt8]) throws -> JSONValue {
        do {
            return try JSONValue(parsing: bytes)
        } catch {
            throw RESTError(.badRequest, "invalid_json", "The body is not JSON: \(error).")
        }
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

    private static func relationships(_ value: JSONValue?, of resource: Resource) throws -> [String: UUID] {
        var links: [String: UUID] = [:]
        for (name, member) in try object(value, at: "/data/relationships").members {
            let pointer = "/data/relationships/" + name
            guard let relationship = resource.relationship(name) else {
                let message = "is not a relationship of \(resource.name)"
                throw RESTError(.unprocessableContent, "invalid", message, pointer: pointer)
            }
            guard relationship.kind == .toOne else {
                throw RESTError(
                    .forbidden,
                    "forbidden",
                    "The relationship is written from its other side.",
                    pointer: pointer
                )
            }
            guard let data = member["data"] else { throw RESTError.document(pointer, "The relationship needs data.") }
            if data.isNull { continue }
            guard let type = data["type"]?.stringValue, let id = data["id"]?.stringValue else {
                throw RESTError.document(pointer + "/data", "The relationship's data needs type and id.")
            }
            guard type == relationship.target else {
                let message = "The type of \(name) is \(relationship.target)."
                throw RESTError(.conflict, "wrong_type", message, pointer: pointer + "/data/type")
            }
            guard let uuid = UUID(text: id) else {
                throw RESTError(.notFound, "not_found", "There is no such \(name).", pointer: pointer + "/data/id")
            }
            links[name] = uuid
        }
        return links
    }

    private static func object(_ value: JSONValue?, at pointer: String) throws -> JSONObject {
        guard let value else { return JSONObject() }
        guard let object = value.objectValue else { throw RESTError.document(pointer, "This must be an object.") }
        return object
    }

    private static func refuseUnknown(in value: JSONValue, at pointer: String, except known: [String]) throws {
        for key in value.objectValue?.keys ?? [] where !known.contains(key) {
            throw RESTError.document("\(pointer)/\(key)", "The member \(key) is not known here.")
        }
    }
}
