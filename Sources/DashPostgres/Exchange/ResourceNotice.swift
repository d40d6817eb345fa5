import DashExchange
import DashJSON
import DashModel
import FoundationEssentials

/// A change of a resource as the nodes tell it to each other.
struct ResourceNotice: Hashable {
    /// Who says it.
    var node: UUID
    var resource: String
    var id: UUID
    var team: UUID?
    var parent: UUID?

    /// nil for events that stay on their node.
    init?(_ event: ExchangeEvent, from node: UUID) {
        guard case .changed(let resource, let id, let team, let parent) = event else { return nil }
        self.node = node
        self.resource = resource
        self.id = id
        self.team = team
        self.parent = parent
    }

    /// nil for a text that is none.
    init?(_ text: String) {
        guard let json = try? JSONValue(parsing: text), let node = Self.id(json["node"]),
            let resource = json["resource"]?.stringValue, let id = Self.id(json["id"])
        else { return nil }
        self.node = node
        self.resource = resource
        self.id = id
        team = Self.id(json["team"])
        parent = Self.id(json["parent"])
    }

    var event: ExchangeEvent { .changed(resource: resource, id: id, team: team, parent: parent) }

    var text: String {
        let json: JSONValue = [
            "node": .string(node.text), "resource": .string(resource), "id": .string(id.text),
            "team": team.map { .string($0.text) } ?? .null, "parent": parent.map { .string($0.text) } ?? .null,
        ]
        return String(decoding: json.encoded(), as: UTF8.self)
    }

    private static func id(_ json: JSONValue?) -> UUID? { json?.stringValue.flatMap { UUID(text: $0) } }
}
