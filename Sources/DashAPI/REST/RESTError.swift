import DashJSON
import DashModel
import HTTPTypes
import Hummingbird
import NIOCore

/// Why a REST request failed, as a JSON:API error document: one object for each thing that is wrong.
struct RESTError: Error, Sendable {
    struct Item: Sendable {
        var status: HTTPResponse.Status
        var code: String
        var title: String
        var detail: String
        var pointer: String?
        var parameter: String?
        var header: String?
    }

    var items: [Item]
    var allow: String?
    var retryAfterSeconds: Int64?
    /// What the engine beneath said, for the log.
    var cause: String?

    init(_ items: [Item], allow: String? = nil) {
        self.items = items
        self.allow = allow
    }

    /// A request that JSON:API itself refuses.
    init(
        _ status: HTTPResponse.Status,
        _ code: String,
        _ detail: String,
        pointer: String? = nil,
        parameter: String? = nil,
        header: String? = nil
    ) {
        let title = status.reasonPhrase
        var item = Item(status: status, code: code, title: title, detail: detail, pointer: pointer)
        item.parameter = parameter
        item.header = header
        items = [item]
    }

    static func parameter(_ name: String, _ detail: String) -> RESTError {
        RESTError(.badRequest, "invalid_parameter", detail, parameter: name)
    }

    static func document(_ pointer: String, _ detail: String) -> RESTError {
        RESTError(.badRequest, "invalid_document", detail, pointer: pointer)
    }

    /// Any error. `pointer` tells where an issue's attribute or relationship stands in the request's document.
    init(_ error: any Error, pointer: (String) -> String = { $0 }) {
        switch error {
        case let error as RESTError: self = error
        case let error as DashError:
            func item(_ code: DashError.Code, _ detail: String, _ place: String?) -> Item {
                var item = Item(status: code.status, code: code.slug, title: code.title, detail: detail, pointer: place)
                item.header = place == nil ? Self.header(behind: code) : nil
                return item
            }
            let items = error.issues.map { item($0.code ?? error.code, $0.message, pointer($0.pointer)) }
            self.init(items.isEmpty ? [item(error.code, error.message, nil)] : items)
            retryAfterSeconds = error.retryAfterSeconds
            cause = error.cause
        default:
            let problem = ProblemDetails(error)
            self.init([
                Item(status: problem.status, code: problem.code, title: problem.title, detail: problem.detail)
            ])
        }
    }

    /// The header that such an error is about.
    private static func header(behind code: DashError.Code) -> String? {
        switch code {
        case .unauthenticated: "Authorization"
        case .preconditionFailed: "If-Match"
        default: nil
        }
    }

    /// The status of them all; several different ones make a 400.
    var status: HTTPResponse.Status {
        let first = items.first?.status ?? .internalServerError
        return items.allSatisfy { $0.status == first } ? first : .badRequest
    }

    func response(requestID: String) -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("jsonapi")
        writer.write(["version": "1.1"])
        writer.key("errors")
        writer.beginArray()
        for item in items { write(item, requestID, to: &writer) }
        writer.endArray()
        writer.endObject()
        var response = RESTResponse.make(status, writer.bytes)
        if let allow { response.headers[.allow] = allow }
        if let retryAfterSeconds { response.headers[.retryAfter] = String(retryAfterSeconds) }
        return response
    }

    private func write(_ item: Item, _ requestID: String, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("id")
        writer.string(requestID)
        writer.key("status")
        writer.string(String(item.status.code))
        writer.key("code")
        writer.string(item.code)
        writer.key("title")
        writer.string(item.title)
        writer.key("detail")
        writer.string(item.detail)
        if let pointer = item.pointer {
            writer.key("source")
            writer.write(["pointer": .string(pointer)])
        } else if let parameter = item.parameter {
            writer.key("source")
            writer.write(["parameter": .string(parameter)])
        } else if let header = item.header {
            writer.key("source")
            writer.write(["header": .string(header)])
        }
        writer.endObject()
    }
}
