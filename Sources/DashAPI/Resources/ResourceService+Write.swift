import DashJSON
public import DashModel
import DashPipeline
import DashStorage
public import FoundationEssentials

extension ResourceService {
    /// Makes a row. Everything wrong with the input comes in one `.invalid`.
    public func create(
        _ resource: Resource,
        _ input: ResourceInput,
        as principal: Principal,
        from remoteAddress: String? = nil
    ) async throws -> WrittenResource {
        try allow(principal, .create, on: resource.name)
        try await guardCap(resource, for: principal)
        let rules = Rules.of(resource)
        let context = RuleContext(self, principal, from: remoteAddress)
        let input = try await rules.complete(input, context)
        var draft = ResourceDraft(creating: resource, id: .v7(at: context.now), input)
        try await link(&draft, input, context)
        let written = try await turns.pass(rules.gate(draft.row, in: principal.team)) {
            let secret = try await rules.prepare(&draft, context)
            try await verify(&draft, for: principal)
            let row = ResourceRow(id: draft.row.id, values: draft.changed)
            let saved = try await save(
                [.insert(resource, row)] + rules.sideChanges(from: nil, to: draft.row, context),
                audit: audit(.create, resource, row.id, draft, principal, remoteAddress),
                of: resource,
                for: principal
            )
            return WrittenResource(row: saved, secret: secret)
        }
        await announce(resource, written.row, .create, team: principal.team)
        return WrittenResource(row: shown(written.row, of: resource), secret: written.secret)
    }

    /// Changes the attributes that the input names. `ifMatch` is the entity tag that a client has seen, `seen` the version
    /// that a form was made from: what others have changed since is told, each by its attribute (`.preconditionFailed`).
    public func update(
        _ resource: Resource,
        id: UUID,
        _ input: ResourceInput,
        ifMatch: String? = nil,
        seen: String? = nil,
        as principal: Principal,
        from remoteAddress: String? = nil
    ) async throws -> ResourceRow {
        try allow(principal, .update, on: resource.name)
        let found = try await stored(resource, id, for: principal)
        let rules = Rules.of(resource)
        let context = RuleContext(self, principal, from: remoteAddress)
        for (name, id) in input.relationships where found.uuid(resource.relationship(name)?.column ?? "") != id {
            if let relationship = resource.relationship(name) { try await require(relationship, id, context) }
        }
        let saved = try await turns.pass(rules.gate(found, in: principal.team)) { () -> ResourceRow? in
            let existing = try await stored(resource, id, for: principal)
            try EntityTag.require(ifMatch, existing)
            if let seen { try await requireUnchanged(since: seen, existing, of: resource, context) }
            var draft = ResourceDraft(updating: existing, of: resource, input)
            _ = try await rules.prepare(&draft, context)
            try await verify(&draft, for: principal)
            guard !draft.changed.isEmpty else { return nil }
            let row = ResourceRow(id: id, values: draft.changed)
            return try await save(
                [.update(resource, row)] + rules.sideChanges(from: existing, to: draft.row, context),
                audit: audit(.update, resource, id, draft, principal, remoteAddress),
                of: resource,
                for: principal
            )
        }
        guard let saved else { return shown(found, of: resource) }
        await announce(resource, saved, .update, team: principal.team)
        return shown(saved, of: resource)
    }

    /// Deletes a row and all that belongs to it.
    public func delete(
        _ resource: Resource,
        id: UUID,
        ifMatch: String? = nil,
        as principal: Principal,
        from remoteAddress: String? = nil
    ) async throws {
        try allow(principal, .delete, on: resource.name)
        let found = try await stored(resource, id, for: principal)
        let rules = Rules.of(resource)
        let context = RuleContext(self, principal, from: remoteAddress)
        try await turns.pass(rules.gate(found, in: principal.team)) {
            let row = try await stored(resource, id, for: principal)
            try EntityTag.require(ifMatch, row)
            try await rules.requireDeletable(row, context)
            var event = AuditEvent(
                actor: AuditActor(principal),
                action: "delete",
                resource: resource.name,
                id: id,
                team: principal.team,
                detail: [
                    "name": row["name"],
                    "changes": AuditChanges.json(
                        Self.auditedNames(of: resource).filter { !row[$0].isNull },
                        from: shown(row, of: resource),
                        to: nil
                    ),
                ],
                remoteAddress: remoteAddress
            )
            let isTeam = resource.scope == .itself
            // The trail of a deleted team goes with it; that it was deleted is the server's to remember.
            if isTeam { event.team = nil }
            let changes = try await [.delete(resource, id: id)] + rules.sideChanges(from: row, to: nil, context)
            try await store.resources.apply(
                changes + [event.change(at: clock.now)],
                in: isTeam ? .system : .team(principal.team)
            )
        }
        await announce(resource, found, .delete, team: principal.team)
    }

    /// Sets the foreign keys of a new row: the team, and the parent that the input names, which must be the team's.
    private func link(_ draft: inout ResourceDraft, _ input: ResourceInput, _ context: RuleContext) async throws {
        for relationship in draft.resource.relationships where relationship.kind == .toOne {
            let given = input.relationships[relationship.name]
            if relationship.name == "team" {
                draft.set(relationship.column, .string(context.team.text))
                if let given { try await require(relationship, given, context) }
            } else if case .through(let column, _) = draft.resource.scope, column == relationship.column {
                guard let given else {
                    draft.refuse(relationship.name, "is required")
                    continue
                }
                try await require(relationship, given, context)
                draft.set(column, .string(given.text))
            } else {
                if let given {
                    try await require(relationship, given, context)
                    draft.forbid(relationship.name, "is set by the server")
                }
                if !relationship.isRequired { draft.set(relationship.column, .null) }
            }
        }
        for relationship in draft.resource.relationships where relationship.kind == .toMany {
            if input.relationships[relationship.name] != nil {
                draft.refuse(relationship.name, "is written from its other side")
            }
        }
    }

    /// Throws `.notFound` unless the team has the row that a relationship is to lead to. Another team's looks like none.
    private func require(_ relationship: Relationship, _ id: UUID, _ context: RuleContext) async throws {
        let target = Resources.named(relationship.target)
        let isThere = if let target { try await Rules.of(target).exists(id, context) } else { false }
        guard isThere else {
            let issue = DashError.Issue(pointer: "/" + relationship.name, message: "is not one of the team")
            throw DashError(.notFound, "There is no such \(relationship.name).", issues: [issue])
        }
    }

    /// Adds what the engine finds wrong, then throws everything at once.
    private func verify(_ draft: inout ResourceDraft, for principal: Principal) async throws {
        draft.add(try await operations.verify(draft.resource, draft.row, in: principal.team))
        try draft.requireValid()
    }

    private func save(
        _ changes: [ResourceChange],
        audit: AuditEvent,
        of resource: Resource,
        for principal: Principal
    ) async throws -> ResourceRow {
        do {
            let rows = try await store.resources.apply(
                changes + [audit.change(at: clock.now)],
                in: .team(principal.team)
            )
            guard let row = rows.first else { throw DashError(.internal, "The saved row did not come back.") }
            return row
        } catch var error as DashError where !error.issues.isEmpty {
            // The store speaks of columns, clients of relationships.
            for (index, issue) in error.issues.enumerated() {
                let link = resource.relationships.first { $0.kind == .toOne && "/" + $0.column == issue.pointer }
                if let link { error.issues[index].pointer = "/" + link.name }
            }
            throw error
        }
    }

    private func audit(
        _ action: ResourceAction,
        _ resource: Resource,
        _ id: UUID,
        _ draft: ResourceDraft,
        _ principal: Principal,
        _ remoteAddress: String?
    ) -> AuditEvent {
        let names = Self.auditedNames(of: resource).filter { draft.changed[$0] != nil }
        let before = draft.existing.map { shown($0, of: resource) }
        // Forms send everything; what stays as it was is no change.
        let changed = names.filter { draft.existing?[$0] != draft.row[$0] }
        return AuditEvent(
            actor: AuditActor(principal),
            action: action.description,
            resource: resource.name,
            id: id,
            team: principal.team,
            detail: [
                "attributes": .array(names.map { .string($0) }),
                "changes": AuditChanges.json(changed, from: before, to: shown(draft.row, of: resource)),
            ],
            remoteAddress: remoteAddress
        )
    }

    private static func auditedNames(of resource: Resource) -> [String] {
        resource.attributes.filter { $0.access != .hidden && !["inserted_at", "updated_at"].contains($0.name) }
            .map(\.name)
    }
}
