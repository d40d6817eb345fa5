import DashJSON
import DashModel
import DashStorage

/// What a webhook posts: the records, or a message for a chat built from them.
enum WebhookBody: Sendable {
    case array
    case lines
    case slack(RecordTemplate)
    case discord(RecordTemplate)

    /// More lines than this nobody reads in a chat.
    private static let lineLimit = 20
    /// What a line may take before it is cut to what the chat takes.
    private static let lineRoom = 256 << 10
    private static let tooLong = "… too long to be shown"

    init(format: String, template: String) {
        let template = RecordTemplate(template.isEmpty ? "{{$record}}" : template)
        self =
            switch format {
            case "ndjson": .lines
            case "slack": .slack(template)
            case "discord": .discord(template)
            default: .array
            }
    }

    var contentType: String { if case .lines = self { "application/x-ndjson" } else { "application/json" } }

    /// Throws `DashError` `.invalid` for a record that is no JSON.
    func bytes(of delivery: Delivery) throws -> [UInt8] {
        switch self {
        case .array: return delivery.records.array
        case .lines: return delivery.records.lines
        case .slack(let template):
            // Slack's mark-up gives these three a meaning.
            let escape: (String) -> String = {
                $0.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            }
            let text = try Self.text(of: delivery, template, escape: escape, limit: 35_000)
            return JSONValue.object(["text": .string(text)]).encoded()
        case .discord(let template):
            let text = try Self.text(of: delivery, template, escape: { $0 }, limit: 1_900)
            // A record must not be able to call people.
            let message: JSONObject = ["content": .string(text), "allowed_mentions": ["parse": []]]
            return JSONValue.object(message).encoded()
        }
    }

    private static func text(
        of delivery: Delivery,
        _ template: RecordTemplate,
        escape: (String) -> String,
        limit: Int
    ) throws -> String {
        let count = delivery.records.count
        let facts = [
            "$count": String(count), "$delivery": delivery.id.text, "$pipeline": delivery.pipeline.text,
        ]
        var lines: [String] = []
        var length = 0
        for index in 0..<min(count, lineLimit) {
            let record: JSONValue
            do { record = try JSONValue(parsing: Array(delivery.records[index])) } catch {
                throw DashError(.invalid, "A record is no JSON object.")
            }
            let filled = template.text(for: record, facts: facts, limit: lineRoom, escape: escape) ?? tooLong
            let line = String(filled.prefix(limit - 1))
            guard length + line.count < limit else { break }
            length += line.count + 1
            lines.append(line)
        }
        if count > lines.count { lines.append("… and \(count - lines.count) more") }
        return lines.joined(separator: "\n")
    }
}
