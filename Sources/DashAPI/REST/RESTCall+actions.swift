import DashJSON
import DashModel
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// Actions of resources' own: what goes in is held to their declarations by the service, what comes out follows them here.
extension RESTCall {
    func act(_ action: Action) async throws -> Response {
        let resource = try resource()
        let parameters = try parameters(nil, [])
        let id = try id()
        let bytes = try await body()
        var input: JSONValue = [:]
        if !bytes.isEmpty {
            try MediaTypes.requireSupported(request, alsoPlain: true)
            input = try RequestDocument.json(bytes)
        }
        let result = try await service.act(
            action.name,
            on: resource,
            id: id,
            parameters: input,
            as: principal,
            from: context.remoteAddress
        )
        let status: HTTPResponse.Status = action.answer.isDeferred ? .accepted : .ok
        switch (result, action.answer) {
        case (.row(let written), _):
            return try await document(written.row, of: resource, parameters, secret: written.secret, status: status)
        case (.started(let row), .started(let name)):
            guard let other = Resources.named(name) else { break }
            return try await document(row, of: other, parameters, status: status)
        case (.values(let values, let id), .values(let shape)), (.values(let values, let id), .promise(let shape)):
            return RESTResponse.make(status, Self.encoded(shape.type, id.text, values))
        case (.count(let count), .count(let name)):
            let document: JSONValue = [
                "jsonapi": ["version": "1.1"], "meta": .object(JSONObject([(name, .number(JSONNumber(count)))])),
            ]
            return RESTResponse.make(status, document.encoded())
        default: break
        }
        throw DashError(.internal, "The action \(action.name) answers something else than it declares.")
    }

    /// A document of what is stored nowhere.
    static func encoded(_ type: String, _ id: String, _ values: any AnswerValues) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("jsonapi")
        writer.write(["version": "1.1"])
        writer.key("data")
        writer.beginObject()
        writer.key("type")
        writer.string(type)
        writer.key("id")
        writer.string(id)
        writer.key("attributes")
        writer.beginObject()
        values.write(to: &writer)
        writer.endObject()
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }
}
