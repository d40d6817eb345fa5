import DashJSON
import DashModel
import FoundationEssentials

/// How far some pipelines' records have come, as the nodes tell it to each other.
struct AdvanceNotice: Hashable {
    /// Who says it.
    var node: UUID
    /// Where the log stood behind those records; nil where no replica waits for it.
    var position: LogPosition?
    /// The last id of each pipeline.
    var lastIDs: [UUID: Int64]

    /// A notice of so many is well below the 8,000 bytes that the server takes.
    static let capacity = 100

    init(node: UUID, position: LogPosition?, lastIDs: [UUID: Int64]) {
        self.node = node
        self.position = position
        self.lastIDs = lastIDs
    }

    /// nil for a text that is none.
    init?(_ text: String) {
        guard let json = try? JSONValue(parsing: text), let node = Self.id(json["node"]?.stringValue),
            let pairs = json["last"]?.objectValue
        else { return nil }
        self.node = node
        position = json["position"]?.stringValue.flatMap { UInt64($0) }.map { LogPosition(bytes: $0) }
        lastIDs = [:]
        for (name, value) in pairs.members {
            guard let id = Self.id(name), let last = value.intValue else { return nil }
            lastIDs[id] = Int64(last)
        }
    }

    var text: String {
        let json: JSONValue = [
            "node": .string(node.text), "position": position.map { .string(String($0.bytes)) } ?? .null,
            "last": .object(JSONObject(lastIDs.map { ($0.key.text, .number(JSONNumber($0.value))) })),
        ]
        return String(decoding: json.encoded(), as: UTF8.self)
    }

    private static func id(_ text: String?) -> UUID? { text.flatMap { UUID(text: $0) } }
}
