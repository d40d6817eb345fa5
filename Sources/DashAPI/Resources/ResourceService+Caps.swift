import DashModel
import DashPipeline
import DashStorage

extension ResourceService {
    /// Refuses one more row of a kind of which the team has as many as it may.
    func guardCap(_ resource: Resource, for principal: Principal) async throws {
        guard let most = Rules.of(resource).cap(border.limits) else { return }
        guard try await store.resources.count(resource, upTo: most, in: .team(principal.team)) >= most else { return }
        let names = resource.name.replacing("_", with: " ")
        throw DashError(.conflict, "The team has \(most) \(names), which is the most; delete some first.")
    }
}
