import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// What of the audit trail is asked for, as the address of its page says it. What can't be is left out.
struct AuditFilter {
    var person: String?
    var resource: String?
    var action: String?
    /// Days, in UTC; both are meant.
    var from: String?
    var to: String?
    var after: String?

    init(_ query: FormData) {
        person = query.text("person").flatMap { $0 == "system" ? $0 : UUID(text: $0)?.text }
        resource = query.text("resource").flatMap { AuditLine.resources.contains($0) ? $0 : nil }
        action = query.text("action").flatMap { text in
            AuditLine.actions.contains { $0.name == text } ? text : nil
        }
        from = query.text("from").flatMap { Self.day($0) == nil ? nil : $0 }
        to = query.text("to").flatMap { Self.end(of: $0) == nil ? nil : $0 }
        after = query.text("after")
    }

    var conditions: [ResourceQuery.Filter] {
        var filters: [ResourceQuery.Filter] = []
        if person == "system" {
            filters.append(.init("actor_type", .eq, "system"))
        } else if let person {
            filters.append(.init("actor_id", .eq, .string(person)))
        }
        if let resource { filters.append(.init("resource_type", .eq, .string(resource))) }
        if let action { filters.append(.init("action", .eq, .string(action))) }
        if let start = from.flatMap(Self.day) { filters.append(.init("inserted_at", .ge, .string(start.text))) }
        if let end = to.flatMap(Self.end) { filters.append(.init("inserted_at", .lt, .string(end.text))) }
        return filters
    }

    func query(after cursor: String?) -> String {
        let pairs = [
            ("person", person), ("resource", resource), ("action", action), ("from", from), ("to", to),
            ("after", cursor),
        ]
        return pairs.compactMap { name, value in value.map { "\(name)=\(URLText.encode($0))" } }.joined(separator: "&")
    }

    private static func day(_ text: String) -> Timestamp? {
        text.utf8.count == 10 ? Timestamp(text: text + "T00:00:00Z") : nil
    }

    /// The midnight that ends the day; nil when its year has five digits, which no filter can say.
    private static func end(of text: String) -> Timestamp? {
        day(text).flatMap { Timestamp(text: ($0 + .seconds(86_400)).text) }
    }
}
