import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// One line of the audit trail, written in the transaction of what it tells of.
struct AuditEvent: Sendable {
    var actor: AuditActor
    var action: String
    var resource: String
    var id: UUID?
    var team: UUID?
    /// What changed, with values only as clients are shown them (`AuditChanges`).
    var detail: JSONValue = [:]
    var remoteAddress: String?

    func change(at now: Timestamp) -> ResourceChange {
        .insert(
            Resources.auditEvents,
            ResourceRow(
                id: .v7(at: now),
                values: [
                    "team_id": team.map { .string($0.text) } ?? .null,
                    "actor_type": .string(actor.type),
                    "actor_id": actor.id.map { .string($0.text) } ?? .null,
                    "action": .string(action),
                    "resource_type": .string(resource),
                    "resource_id": id.map { .string($0.text) } ?? .null,
                    "detail": detail,
                    "remote_address": remoteAddress.map { .string($0) } ?? .null,
                ]
            )
        )
    }
}
