import DashJSON
import DashMapping
import DashModel
import DashStorage
import FoundationEssentials

/// Every save of a mapping leaves a version.
struct MappingRules: ResourceRules {
    let resource = Resources.dataMappings

    /// Notes are of one save: without one the last one's must not stay.
    func prepare(_ draft: inout ResourceDraft, _ context: RuleContext) async throws -> String? {
        if draft.existing != nil, draft.changed["note"] == nil, !draft.changed.isEmpty { draft.set("note", .null) }
        return nil
    }

    /// What keeps the history true once the mapping is saved. A definition that came about without a save, as one that
    /// follows its source, is kept before it is overwritten.
    func sideChanges(from before: ResourceRow?, to after: ResourceRow?, _ context: RuleContext) async throws
        -> [ResourceChange]
    {
        guard let after, let pipeline = after.uuid("pipeline_id") else { return [] }
        let now = context.service.now
        let last = try await Self.lastVersion(of: pipeline, context)
        var number = last?.int("number") ?? 0
        func version(_ row: ResourceRow, by author: String?, _ note: JSONValue, at time: Timestamp) -> ResourceChange {
            number += 1
            let values: [String: JSONValue] = [
                "pipeline_id": .string(pipeline.text), "number": .number(JSONNumber(number)),
                "author": author.map { .string($0) } ?? .null, "note": note, "definition": Self.definition(of: row),
                "saved_at": .string(time.text),
            ]
            return .insert(Resources.dataMappingVersions, ResourceRow(id: .v7(at: now), values: values))
        }
        var changes: [ResourceChange] = []
        if let before {
            let former = Self.definition(of: before)
            if !(last.map { JSONEquality.equal($0["definition"], former) } ?? false) {
                changes.append(version(before, by: nil, .null, at: before.timestamp("updated_at") ?? now))
            }
            if JSONEquality.equal(former, Self.definition(of: after)) { return changes }
        }
        changes.append(version(after, by: try await author(context), after["note"], at: now))
        return changes
    }

    static func lastVersion(of pipeline: UUID, _ context: RuleContext) async throws -> ResourceRow? {
        let own = ResourceQuery.Filter("pipeline_id", .eq, .string(pipeline.text))
        let latestFirst = ResourceQuery.Sort("number", descending: true)
        return try await context.rows(Resources.dataMappingVersions, [own], sort: [latestFirst], limit: 1).first
    }

    /// What a version keeps of a mapping.
    static let definedAttributes = Resources.dataMappings.attributes
        .filter { $0.access == .readWrite && $0.name != "note" }.map(\.name)

    private static func definition(of row: ResourceRow) -> JSONValue {
        .object(JSONObject(definedAttributes.map { ($0, row[$0]) }))
    }

    /// Who saves, as people know them.
    private func author(_ context: RuleContext) async throws -> String? {
        switch context.principal.kind {
        case .user(let id):
            return try await context.service.store.resources.fetch(Resources.users, id: id, in: .system)?.string(
                "email"
            )
        case .token(let id, _):
            return try await context.row(Resources.apiTokens, id)?.string("name").map { "token " + $0 }
        }
    }
}
