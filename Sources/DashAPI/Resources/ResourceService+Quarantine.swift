import DashJSON
public import DashModel
import DashPipeline
public import DashStorage
public import FoundationEssentials

/// What can be asked of a pipeline's quarantine beyond its rows.
extension ResourceService {
    /// The quarantined records of a pipeline by rule, field and reason, the most frequent first.
    public func quarantineCounts(
        of pipeline: UUID,
        matching filter: QuarantineFilter = QuarantineFilter(),
        limit: Int = 100,
        as principal: Principal
    ) async throws -> [QuarantineCount] {
        try allow(principal, .read, on: Resources.quarantinedRecords.name)
        _ = try await stored(Resources.pipelines, pipeline, for: principal)
        return try await store.quarantineCounts(of: pipeline, matching: filter, limit: limit)
    }

    /// The chosen records, newest first, at most `limit`.
    public func quarantined(
        of pipeline: UUID,
        matching filter: QuarantineFilter,
        limit: Int,
        as principal: Principal
    ) async throws -> [QuarantineRow] {
        try allow(principal, .read, on: Resources.quarantinedRecords.name)
        _ = try await stored(Resources.pipelines, pipeline, for: principal)
        return try await store.newestQuarantined(of: pipeline, matching: filter, limit: limit)
    }

    /// How many records the choice has.
    public func quarantineExtent(
        of pipeline: UUID,
        matching filter: QuarantineFilter,
        as principal: Principal
    ) async throws -> Int {
        try allow(principal, .read, on: Resources.quarantinedRecords.name)
        _ = try await stored(Resources.pipelines, pipeline, for: principal)
        return try await store.quarantineExtent(of: pipeline, matching: filter).count
    }

    /// Deletes the chosen records for good. All of them only when that is said.
    func discard(_ pipeline: UUID, _ parameters: JSONValue) async throws -> Int {
        var choice = parameters.objectValue ?? JSONObject()
        let isAll = choice["all"]?.boolValue ?? false
        choice["all"] = nil
        let filter = try QuarantineFilter(json: parameters.objectValue == nil ? parameters : .object(choice))
        guard isAll || !filter.isEmpty else {
            let issue = DashError.Issue(pointer: "/all", message: "must be true to discard every record")
            throw DashError(.invalid, "Nothing was chosen: name a rule, a field, a time or all.", issues: [issue])
        }
        return try await store.discardQuarantined(of: pipeline, matching: filter)
    }
}
