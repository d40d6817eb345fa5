import DashJSON
import DashMapping
import DashModel
import DashStorage
import FoundationEssentials

/// The versions of mappings: every save leaves one, and each can be saved again.
extension ResourceService {
    /// Notes are of one save: without one the last one's must not stay.
    func takeNote(_ draft: inout ResourceDraft, _ input: ResourceInput) {
        guard draft.resource.name == Resources.dataMappings.name, draft.existing != nil,
            input.attributes["note"] == nil, !draft.changed.isEmpty
        else { return }
        draft.set("note", .null)
    }

    /// What keeps the history of a mapping true once it is saved. A definition that came about without a save, as one
    /// that follows its source, is kept before it is overwritten.
    func versionChanges(
        _ resource: Resource,
        from before: ResourceRow?,
        to after: ResourceRow,
        for principal: Principal
    ) async throws -> [ResourceChange] {
        guard resource.name == Resources.dataMappings.name, let pipeline = after.uuid("pipeline_id") else { return [] }
        let last = try await lastVersion(of: pipeline, in: principal.team)
        var number = last?.int("number") ?? 0
        func version(_ row: ResourceRow, by author: String?, _ note: JSONValue, at time: Timestamp) -> ResourceChange {
            number += 1
            let values: [String: JSONValue] = [
                "pipeline_id": .string(pipeline.text), "number": .number(JSONNumber(number)),
                "author": author.map { .string($0) } ?? .null, "note": note, "definition": Self.definition(of: row),
                "saved_at": .string(time.text),
            ]
            return .insert(Resources.dataMappingVersions, ResourceRow(id: .v7(at: clock.now), values: values))
        }
        var changes: [ResourceChange] = []
        if let before {
            let former = Self.definition(of: before)
            if !(last.map { JSONEquality.equal($0["definition"], former) } ?? false) {
                changes.append(version(before, by: nil, .null, at: before.timestamp("updated_at") ?? clock.now))
            }
            if JSONEquality.equal(former, Self.definition(of: after)) { return changes }
        }
        changes.append(version(after, by: try await author(principal), after["note"], at: clock.now))
        return changes
    }

    /// Saves a version's definition again, checked and tested as any other; returns the version that this makes.
    func restore(_ version: ResourceRow, as principal: Principal, from remoteAddress: String?) async throws
        -> ResourceRow
    {
        guard let pipeline = version.uuid("pipeline_id") else {
            throw DashError(.internal, "The version names no pipeline.")
        }
        let known = (version["definition"].objectValue ?? JSONObject()).members.filter {
            Self.definedAttributes.contains($0.key)
        }
        let note: JSONValue = .string("Version \(version.int("number") ?? 0) again")
        let attributes = JSONObject(known.map { ($0.key, $0.value) } + [("note", note)])
        let query = ResourceQuery(filters: [.init("pipeline_id", .eq, .string(pipeline.text))], limit: 1)
        let mappings = try await store.list(Resources.dataMappings, query, in: .team(principal.team)).rows
        if let mapping = mappings.first {
            let input = ResourceInput(attributes: attributes)
            _ = try await update(Resources.dataMappings, id: mapping.id, input, as: principal, from: remoteAddress)
        } else {
            let input = ResourceInput(attributes: attributes, relationships: ["pipeline": pipeline])
            _ = try await create(Resources.dataMappings, input, as: principal, from: remoteAddress)
        }
        return try await lastVersion(of: pipeline, in: principal.team) ?? version
    }

    /// How a version differs from the one before it, or from another one: `{"with": number}`.
    func compare(_ version: ResourceRow, _ parameters: JSONValue, for principal: Principal) async throws
        -> MappingComparison
    {
        let own = version.int("number") ?? 0
        let unknown = (parameters.objectValue ?? JSONObject()).keys.filter { $0 != "with" }
        let given = parameters["with"].flatMap { $0.isNull ? nil : $0 }
        guard parameters.objectValue != nil, unknown.isEmpty, given == nil || given?.intValue != nil else {
            let issue = DashError.Issue(pointer: "/with", message: "must be the number of another version")
            throw DashError(.invalid, "A comparison takes the number of a version: with.", issues: [issue])
        }
        let other = given?.intValue ?? own - 1
        let pipeline = version["pipeline_id"]
        let query = ResourceQuery(
            filters: [.init("pipeline_id", .eq, pipeline), .init("number", .eq, .number(JSONNumber(other)))],
            limit: 1
        )
        let found = try await store.list(Resources.dataMappingVersions, query, in: .team(principal.team)).rows.first
        guard found != nil || given == nil else {
            throw DashError(.notFound, "There is no version \(other) of this mapping.")
        }
        return MappingComparison(
            version: version.id,
            from: found?.int("number"),
            to: own,
            differences: MappingDifference.between(found?["definition"] ?? [:], version["definition"])
        )
    }

    private func lastVersion(of pipeline: UUID, in team: UUID) async throws -> ResourceRow? {
        let query = ResourceQuery(
            filters: [.init("pipeline_id", .eq, .string(pipeline.text))],
            sort: [.init("number", descending: true)],
            limit: 1
        )
        return try await store.list(Resources.dataMappingVersions, query, in: .team(team)).rows.first
    }

    /// Who saves, as people know them.
    private func author(_ principal: Principal) async throws -> String? {
        switch principal.kind {
        case .user(let id): return try await store.fetch(Resources.users, id: id, in: .system)?.string("email")
        case .token(let id, _):
            let token = try await store.fetch(Resources.apiTokens, id: id, in: .team(principal.team))
            return token?.string("name").map { "token " + $0 }
        }
    }

    private static let definedAttributes = Set(
        Resources.dataMappings.attributes.filter { $0.access == .readWrite && $0.name != "note" }.map(\.name)
    )

    private static func definition(of row: ResourceRow) -> JSONValue {
        let names = Resources.dataMappings.attributes.map(\.name).filter { definedAttributes.contains($0) }
        return .object(JSONObject(names.map { ($0, row[$0]) }))
    }
}
