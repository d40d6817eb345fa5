import Crypto
import DashAPI
import DashJSON
import DashMapping
import DashModel
import Foundation
import HTTPTypes

/// CloudEvents 1.0 over HTTP: an event as one JSON object, several as an array, or one spread over headers and body. In
/// all three modes a record is the whole event in its JSON form.
enum CloudEvents {
    enum Mode {
        case structured, batch, binary
    }

    /// What the pipeline gets instead of the request's body.
    struct Received {
        var body: [UInt8]
        /// By the events' sources and ids, which name them for ever.
        var deliveryID: String
    }

    private static let binaryPrefix = "ce-"
    private static let required = ["specversion", "id", "source", "type"]

    /// nil for a request that holds no event. Throws when it holds some in a form that is not JSON.
    static func mode(_ headers: HTTPFields) throws(ProblemDetails) -> Mode? {
        // What nearly all senders say is not looked at any closer.
        if let header = headers[.contentType], header != "application/json",
            case let type = header.prefix(while: { $0 != ";" }).lowercased().trimmingSpaces,
            type.hasPrefix("application/cloudevents")
        {
            switch type {
            case "application/cloudevents+json", "application/cloudevents": return .structured
            case "application/cloudevents-batch+json": return .batch
            default: throw .unsupportedType(type)
            }
        }
        return headers[.cloudEventVersion] == nil ? nil : .binary
    }

    /// Throws `DashError` `.invalid` with what an event lacks.
    static func receive(_ mode: Mode, _ body: [UInt8], _ headers: HTTPFields) throws -> Received {
        let text = mode == .binary ? try gathered(body, headers) : body
        let document = try parsed(text)
        guard let root = document.roots.first else { throw invalid("The body holds no event.") }
        var names = SHA256()
        switch (mode, document.nodes[root].kind) {
        case (.batch, .array):
            for event in document.view(root).elements { try check(event, &names) }
        case (.structured, .object), (.binary, .object): try check(document.view(root), &names)
        default: throw invalid(mode == .batch ? "A batch must be an array of events." : "An event must be an object.")
        }
        let digest = names.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return Received(body: text, deliveryID: "cloudevents:" + digest)
    }

    private static func check(_ event: JSONView, _ names: inout SHA256) throws {
        for name in required where event[name]?.value.stringValue?.isEmpty != false {
            throw invalid("The event lacks \(name), which CloudEvents requires as a text.")
        }
        guard event["specversion"]?.value.stringValue == "1.0" else {
            throw invalid("The event's specversion must be 1.0.")
        }
        for name in ["source", "id"] { names.update(data: Data((event[name]?.value.stringValue ?? "").utf8) + [0]) }
    }

    /// The JSON form of an event in binary mode.
    private static func gathered(_ body: [UInt8], _ headers: HTTPFields) throws -> [UInt8] {
        var writer = JSONWriter(reserving: body.count + 512)
        writer.beginObject()
        for field in headers where field.name.canonicalName.hasPrefix(binaryPrefix) {
            writer.key(String(field.name.canonicalName.dropFirst(binaryPrefix.count)))
            writer.string(field.value.removingPercentEncoding ?? field.value)
        }
        let type = headers[.contentType]
        if let type {
            writer.key("datacontenttype")
            writer.string(type)
        }
        if !body.isEmpty { try write(body, type, to: &writer) }
        writer.endObject()
        return writer.bytes
    }

    private static func write(_ body: [UInt8], _ type: String?, to writer: inout JSONWriter) throws {
        if type == nil || type.flatMap({ RecordsDecoder.Framing(contentType: $0) }) == .json {
            _ = try parsed(body)
            writer.key("data")
            writer.raw(body)
        } else if let text = String(validating: body, as: UTF8.self) {
            writer.key("data")
            writer.string(text)
        } else {
            writer.key("data_base64")
            writer.string(Data(body).base64EncodedString())
        }
    }

    private static func parsed(_ body: [UInt8]) throws -> JSONDocument {
        do {
            return try JSONDocument(parsing: body)
        } catch {
            throw invalid("The event is not valid JSON: \(error)")
        }
    }

    private static func invalid(_ message: String) -> DashError { DashError(.invalid, message) }
}
