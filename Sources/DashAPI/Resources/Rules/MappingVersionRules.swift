import DashJSON
import DashMapping
import DashModel
import DashStorage
import FoundationEssentials

/// Each version of a mapping can be saved again, and compared with another one.
struct MappingVersionRules: ResourceRules {
    let resource = Resources.dataMappingVersions

    var actions: [String: ActionRule] { ["restore": restore, "compare": compare] }

    /// Saves a version's definition again, checked and tested as any other; the mapping's own change is what is told.
    private func restore(_ call: ActionCall) async throws -> ActionEffect {
        let version = call.row
        guard let pipeline = version.uuid("pipeline_id") else {
            throw DashError(.internal, "The version names no pipeline.")
        }
        let (service, context) = (call.context.service, call.context)
        let known = (version["definition"].objectValue ?? JSONObject()).members.filter {
            MappingRules.definedAttributes.contains($0.key)
        }
        let note: JSONValue = .string("Version \(version.int("number") ?? 0) again")
        let attributes = JSONObject(known.map { ($0.key, $0.value) } + [("note", note)])
        let own = ResourceQuery.Filter("pipeline_id", .eq, .string(pipeline.text))
        let mappings = Resources.dataMappings
        let (principal, address) = (context.principal, context.remoteAddress)
        if let mapping = try await context.rows(mappings, [own], limit: 1).first {
            let input = ResourceInput(attributes: attributes)
            _ = try await service.update(mappings, id: mapping.id, input, as: principal, from: address)
        } else {
            let input = ResourceInput(attributes: attributes, relationships: ["pipeline": pipeline])
            _ = try await service.create(mappings, input, as: principal, from: address)
        }
        let restored = try await MappingRules.lastVersion(of: pipeline, context) ?? version
        return .nothing(.row(WrittenResource(row: service.shown(restored, of: resource))))
    }

    /// Without the number of another version: with the one before it.
    private func compare(_ call: ActionCall) async throws -> ActionEffect {
        let version = call.row
        let own = version.int("number") ?? 0
        let given = call.parameters.int("with")
        let other = given ?? own - 1
        let found = try await call.context.rows(
            resource,
            [
                .init("pipeline_id", .eq, version["pipeline_id"]),
                .init("number", .eq, .number(JSONNumber(other))),
            ],
            limit: 1
        ).first
        guard found != nil || given == nil else {
            throw DashError(.notFound, "There is no version \(other) of this mapping.")
        }
        let comparison = MappingComparison(
            from: found?.int("number"),
            to: own,
            differences: MappingDifference.between(found?["definition"] ?? [:], version["definition"])
        )
        return .nothing(.values(comparison, id: version.id))
    }
}
