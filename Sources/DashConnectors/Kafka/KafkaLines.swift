import DashJSON
import DashMapping
import DashModel
import Foundation

/// Makes the records of messages: one a line, as the journey reads them.
///
/// What can't be read as JSON becomes a text, which the mapping sends to the quarantine: the messages around it go on.
struct KafkaLines: Sendable {
    /// What one message gives: no line or several.
    struct Lines: Sendable {
        var bytes: [UInt8] = []
        /// Values and keys in them, of which a body may hold only so many.
        var nodes = 0
    }

    /// So much of a value that can't be taken is kept to look at.
    private static let maxText = 1 << 20
    private static let lineFeed = UInt8(ascii: "\n")

    /// Where the records are in a value; nil: the value is one, or each of its lines or elements.
    let path: JSONPath?
    /// The field of each record that gets where it came from.
    let metadata: String?

    func lines(of message: KafkaMessage) -> Lines {
        guard let value = message.value else {
            // A tombstone says something only together with its key.
            guard metadata != nil else { return Lines() }
            return lines([Array("{}".utf8)], message, nodes: 1)
        }
        guard let decoded = try? RecordsDecoder(framing: .auto, path: path).decode(value), holdsRecords(decoded) else {
            return Self.text(value)
        }
        let document = decoded.document
        let records = decoded.roots.map { document.view($0).compactBytes }
        var made = lines(records, message, nodes: document.nodes.count)
        for piece in decoded.unreadable {
            let text = Self.text(piece.data)
            made.bytes += text.bytes
            made.nodes += text.nodes
        }
        return made.bytes.count <= JSONLimits.default.maxBytes ? made : Self.text(value)
    }

    /// Whether records are where they should be; there may be none.
    private func holdsRecords(_ decoded: DecodedRecords) -> Bool {
        let kinds = decoded.document.roots.map { decoded.document.nodes[$0].kind }
        return !kinds.isEmpty && (path == nil || kinds.allSatisfy { $0 == .object || $0 == .array })
    }

    private func lines(_ records: [[UInt8]], _ message: KafkaMessage, nodes: Int) -> Lines {
        var lines = Lines(nodes: nodes)
        let member = metadata.map { name in
            lines.nodes += records.count * (14 + 2 * message.headers.count)
            return JSONValue.string(name).encoded() + [UInt8(ascii: ":")] + Self.origin(of: message).encoded()
        }
        for record in records {
            lines.bytes += record
            if let member, record.last == UInt8(ascii: "}") {
                // Later members replace earlier ones of their name.
                lines.bytes.removeLast()
                if record.count > 2 { lines.bytes.append(UInt8(ascii: ",")) }
                lines.bytes += member
                lines.bytes.append(UInt8(ascii: "}"))
            }
            lines.bytes.append(Self.lineFeed)
        }
        return lines
    }

    private static func origin(of message: KafkaMessage) -> JSONValue {
        var headers = JSONObject()
        for header in message.headers { headers[header.name] = header.value.map { .string(plain($0)) } ?? .null }
        return .object([
            "topic": .string(message.topic), "partition": .number(JSONNumber(Int(message.partition))),
            "offset": .number(JSONNumber(Int(message.offset))),
            "timestamp": message.time.map { .string(Timestamp(milliseconds: $0).text) } ?? .null,
            "key": message.key.map { .string(plain($0)) } ?? .null, "headers": .object(headers),
        ])
    }

    private static func text(_ value: [UInt8]) -> Lines {
        Lines(bytes: JSONValue.string(plain(Array(value.prefix(maxText)))).encoded() + [lineFeed], nodes: 1)
    }

    /// As text where it is one that the store can keep, and otherwise in base64.
    private static func plain(_ bytes: [UInt8]) -> String {
        if !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) { return text }
        return "base64:" + Data(bytes).base64EncodedString()
    }
}
