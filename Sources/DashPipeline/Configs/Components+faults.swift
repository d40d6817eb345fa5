public import DashModel
import FoundationEssentials

extension Components {
    /// Everything wrong with a pipeline, sink or mapping that can be told without an installation: configs, cron, the
    /// mapping and its tests.
    public func faults(_ resource: Resource, _ row: ResourceRow) async throws -> [DashError.Issue] {
        try await RowVerifier(components: self, store: nil, team: row.id).issues(resource, row)
    }
}
