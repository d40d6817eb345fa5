import Crypto
import DashAPI
import DashJSON
import DashMapping
import DashModel
import DashPipeline
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
        /// By the source and id of each event, which name it for ever.
        var keys: [String]
        /// What came in a batch and is no event; it is not in the body.
        var unreadable: [UnreadableEvent] = []
    }

    /// A batch with more that is no event is refused as a whole.
    private static let mostUnreadable = 10_000

    private static let binaryPrefix = "ce-"
    private static let reserved = ["data", "data_base64", "datacontenttype"]
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
        if mode == .batch { return try batch(body) }
        let document = try parsed(mode == .binary ? gathered(body, headers) : body)
        guard let root = document.roots.first else { throw invalid("The body holds no event.") }
        return Received(body: document.bytes, keys: [try key(of: document.view(root))])
    }

    /// One element that is no event costs itself alone. A batch of nothing else is the sender's mistake.
    private static func batch(_ body: [UInt8]) throws -> Received {
        let decoded: DecodedRecords
        do throws(RecordsDecoder.Failure) {
            decoded = try RecordsDecoder(framing: .json).decode(body)
        } catch {
            throw invalid("The batch is not valid JSON: \(error)")
        }
        guard let array = decoded.document.root, array.kind == .array else {
            throw invalid("A batch must be an array of events.")
        }
        var keys: [String] = []
        var events: [ArraySlice<UInt8>] = []
        var others = decoded.unreadable.map { (reason: $0.reason, data: $0.data) }
        for element in array.elements {
            do throws(DashError) {
                keys.append(try key(of: element))
                events.append(element.rawBytes)
            } catch {
                others.append((error.message, Array(element.rawBytes)))
            }
            if others.count > mostUnreadable { break }
        }
        guard let first = others.first else { return Received(body: decoded.document.bytes, keys: keys) }
        if keys.isEmpty { throw invalid(first.reason) }
        guard others.count <= mostUnreadable else {
            throw invalid("More than \(mostUnreadable) elements of the batch are no events. The first: \(first.reason)")
        }
        let text = [UInt8(ascii: "[")] + events.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")]
        // What has no id is the same only in the same place of the same batch.
        let place = keys.joined()
        let unreadable = others.enumerated().map { index, other in
            UnreadableEvent(
                key: name(of: [Array(place.utf8), Array("\(index)".utf8), other.data]),
                reason: other.reason,
                data: other.data
            )
        }
        return Received(body: text, keys: keys, unreadable: unreadable)
    }

    /// Throws for what an event must have and doesn't.
    private static func key(of event: JSONView) throws(DashError) -> String {
        guard event.kind == .object else { throw invalid("An event must be an object.") }
        for name in required where event[name]?.value.stringValue?.isEmpty != false {
            throw invalid("The event lacks \(name), which CloudEvents requires as a text.")
        }
        guard event["specversion"]?.value.stringValue == "1.0" else {
            throw invalid("The event's specversion must be 1.0.")
        }
        return name(of: ["source", "id"].map { Array((event[$0]?.value.stringValue ?? "").utf8) })
    }

    private static func name(of parts: [[UInt8]]) -> String {
        var name = SHA256()
        for part in parts { name.update(data: part + [0]) }
        return "cloudevents:" + name.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The JSON form of an event in binary mode.
    private static func gathered(_ body: [UInt8], _ headers: HTTPFields) throws -> [UInt8] {
        var writer = JSONWriter(reserving: body.count + 512)
        writer.beginObject()
        var names: Set<String> = []
        for field in headers where field.name.canonicalName.hasPrefix(binaryPrefix) {
            let name = String(field.name.canonicalName.dropFirst(binaryPrefix.count))
            // What the body and its type are called is no attribute's name, and of several equal ones the first counts.
            guard !reserved.contains(name), names.insert(name).inserted else { continue }
            writer.key(name)
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
            let document = try parsed(body)
            writer.key("data")
            writer.raw(document.bytes)
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
            return try RecordsDecoder(framing: .json).document(parsing: body)
        } catch {
            throw invalid("The event is not valid JSON: \(error)")
        }
    }

    private static func invalid(_ message: String) -> DashError { DashError(.invalid, message) }
}
