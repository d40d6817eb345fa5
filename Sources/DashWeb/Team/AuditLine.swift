import DashJSON
import DashModel
import FoundationEssentials

/// One event of the audit trail in words.
struct AuditLine {
    /// What the trail tells of: resources whose changes are written down.
    static let resources =
        Resources.exposed.filter { $0.actions.contains { $0.kind != .read } }.map(\.name) + ["sessions", "users"]

    /// The actions by name, as a sentence says them.
    static let actions: [(name: String, label: String)] =
        declared + [
            ("accept", "took up"), ("sign_up", "signed up"), ("sign_in", "signed in"),
            ("sign_in_failed", "failed to sign in"), ("sign_out", "signed out"), ("end_sessions", "ended sessions"),
            ("change_password", "changed the password"),
            ("request_reset", "asked for a new password"), ("make_reset_link", "made a link for a new password"),
            ("reset_password", "set a new password by a link"), ("confirm_email", "confirmed the address"),
            ("request_email_change", "asked to change the address"), ("change_email", "changed the address"),
        ]

    /// Each once, though several resources have it.
    private static let declared: [(name: String, label: String)] = {
        var known: Set<String> = []
        return Resources.exposed.flatMap(\.actions).compactMap { action in
            guard let past = action.past, known.insert(action.name).inserted else { return nil }
            return (action.name, past)
        }
    }()

    private let event: ResourceRow
    private let names: [UUID: String]

    init(_ event: ResourceRow, names: [UUID: String]) {
        self.event = event
        self.names = names
    }

    static func label(of resource: String) -> String {
        switch resource {
        case "sessions": "session"
        case "users": "person"
        default: Resources.named(resource)?.singular ?? resource
        }
    }

    var data: ViewData {
        [
            "time": Moment.text(event.timestamp("inserted_at")),
            "who": who,
            "what": what,
            "on": object,
            "where": event.string("remote_address") ?? "–",
            "changes": changes,
            "hasChanges": !changes.isEmpty,
        ]
    }

    private var who: String {
        let name = event.uuid("actor_id").flatMap { names[$0] }
        switch event.string("actor_type") {
        case "user": return name ?? "somebody whose account is gone"
        case "api_token": return "token " + (name.map { "“\($0)”" } ?? "that is gone")
        default: return "the server"
        }
    }

    private var what: String {
        let action = event.string("action") ?? ""
        return Self.actions.first { $0.name == action }?.label ?? action.replacing("_", with: " ")
    }

    /// What it was done to; nothing where the action says it all.
    private var object: String {
        let type = event.string("resource_type") ?? ""
        if type == "sessions" { return "" }
        let name = event.uuid("resource_id").flatMap { names[$0] } ?? event["detail"]["name"]?.stringValue
        if type == "users" {
            return event.uuid("resource_id") == event.uuid("actor_id") ? "" : name.map { "for \($0)" } ?? ""
        }
        return Self.label(of: type) + (name.map { " “\($0)”" } ?? "")
    }

    private var changes: [ViewData] {
        (event["detail"]["changes"]?.objectValue?.members ?? []).map { name, sides in
            var data: ViewData = ["name": name]
            data["old"] = sides["from"].map(Self.text)
            data["new"] = sides["to"].map(Self.text)
            // A secret looks the same before and after.
            let isHidden = sides["from"] != nil && sides["from"] == sides["to"]
            if isHidden { data["isHidden"] = true }
            return data
        }
    }

    private static func text(_ value: JSONValue) -> String {
        if value.isNull { return "nothing" }
        if let bytes = value["bytes"]?.intValue, value.objectValue?.members.count == 1 {
            return "\(Moment.count(Int64(bytes))) bytes"
        }
        return value.stringValue ?? String(decoding: value.encoded(), as: UTF8.self)
    }
}
