public import DashJSON
public import DashModel
import DashStorage
public import FoundationEssentials

/// The actions of resources beyond the usual four.
extension ResourceService {
    /// Does a declared action of the resource's own. `parameters` is the request's body, an object.
    public func act(
        _ name: String,
        on resource: Resource,
        id: UUID,
        parameters: JSONValue = [:],
        as principal: Principal,
        from remoteAddress: String? = nil
    ) async throws -> ActionResult {
        guard let action = resource.action(.custom(name)), let rule = Rules.of(resource).actions[name] else {
            throw DashError(.notFound, "\(resource.name) have no action \(name).")
        }
        try allow(principal, action.kind, on: resource.name)
        let row = try await stored(resource, id, for: principal)
        let call = ActionCall(
            action: action,
            resource: resource,
            row: row,
            parameters: try ActionParameters(parameters, of: action),
            context: RuleContext(self, principal, from: remoteAddress)
        )
        switch try await rule(call) {
        case .nothing(let result): return result
        case .save(let values, let others, let secret):
            let update = ResourceChange.update(resource, ResourceRow(id: id, values: values))
            let saved = try await store.resources.apply(
                [update] + others + [trail(of: call)],
                in: .team(principal.team)
            )
            let row = saved.first ?? row
            await announce(resource, row, action.kind, team: principal.team)
            return .row(WrittenResource(row: shown(row, of: resource), secret: secret))
        case .done(let result, let telling):
            try await store.resources.apply([trail(of: call)], in: .team(principal.team))
            switch telling {
            case .nobody: break
            case .row: await announce(resource, row, action.kind, team: principal.team)
            case .new(let other, let row): await announce(other, row, .create, team: principal.team)
            }
            return result
        }
    }

    /// The line that the audit trail gets.
    private func trail(of call: ActionCall) -> ResourceChange {
        AuditEvent(
            actor: AuditActor(call.context.principal),
            action: call.action.name,
            resource: call.resource.name,
            id: call.row.id,
            team: call.context.team,
            remoteAddress: call.context.remoteAddress
        ).change(at: now)
    }
}
