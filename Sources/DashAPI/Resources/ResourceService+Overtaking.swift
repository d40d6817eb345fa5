import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// Two who edit one row at once must not undo each other unseen.
extension ResourceService {
    /// Throws `.preconditionFailed` with each attribute that somebody has changed since the row was of a version. What Dash
    /// itself notes in a row makes a version as well, but leaves no line in the trail, and undoes nobody's work.
    func requireUnchanged(
        since version: String,
        _ row: ResourceRow,
        of resource: Resource,
        _ context: RuleContext
    ) async throws {
        guard version != row.version else { return }
        let seen = ResourceRow.time(ofVersion: version) ?? Timestamp(microseconds: 0)
        let events = try await context.rows(
            Resources.auditEvents,
            [
                .init("resource_type", .eq, .string(resource.name)), .init("resource_id", .eq, .string(row.id.text)),
                .init("action", .eq, .string(ResourceAction.update.description)),
                .init("inserted_at", .gt, .string(seen.text)),
            ],
            sort: [.init("inserted_at")]
        )
        var issues: [String: DashError.Issue] = [:]
        for event in events {
            let who = try await name(of: event, context)
            for (name, sides) in event["detail"]["changes"]?.objectValue?.members ?? [] {
                let value = sides["to"] == sides["from"] ? nil : sides["to"].flatMap(Self.shortText)
                let message = value.map { "is \($0) now: \(who) changed it" } ?? "was changed by \(who)"
                issues[name] = DashError.Issue(pointer: "/" + name, message: message)
            }
        }
        guard !issues.isEmpty else { return }
        throw DashError(
            .preconditionFailed,
            "It was changed in the meantime, and nothing of yours is saved yet. Saving again replaces what the others did.",
            issues: issues.sorted { $0.key < $1.key }.map(\.value)
        )
    }

    private func name(of event: ResourceRow, _ context: RuleContext) async throws -> String {
        guard let id = event.uuid("actor_id") else { return "the server" }
        if event.string("actor_type") == "user" {
            let user = try await context.service.find(Resources.users, [id], as: context.principal).first
            return user?.string("email") ?? "somebody"
        }
        return "the token " + (try await context.row(Resources.apiTokens, id)?.string("name") ?? "of somebody")
    }

    /// nil for what is too long to be said in passing.
    private static func shortText(_ value: JSONValue) -> String? {
        if value.isNull { return "empty" }
        let text = value.stringValue ?? String(decoding: value.encoded(), as: UTF8.self)
        return text.utf8.count <= 80 && value.objectValue == nil ? text : nil
    }
}
