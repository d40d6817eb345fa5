import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials

struct DashboardRules: ResourceRules {
    let resource = Resources.dashboards

    var actions: [String: ActionRule] {
        [
            "share": { _ in
                let token = SecretToken.make()
                let values: [String: JSONValue] = ["is_public": true, "public_token": .string(SecretToken.hash(token))]
                return .save(values, secret: token)
            },
            "unshare": { _ in .save(["is_public": false, "public_token": .null]) },
        ]
    }

    func cap(_ limits: BorderLimits) -> Int? { limits.dashboards }

    /// A dashboard that has only a name gets a free slug from that.
    func complete(_ input: ResourceInput, _ context: RuleContext) async throws -> ResourceInput {
        guard input.attributes["slug"] == nil, let name = input.attributes["name"]?.stringValue else { return input }
        var slug = Slug.make(from: name)
        if try await !context.rows(resource, [.init("slug", .eq, .string(slug))], limit: 1).isEmpty {
            slug = String(slug.prefix(54)) + "-" + SecretToken.hex(SecretToken.random(4))
        }
        var input = input
        input.attributes["slug"] = .string(slug)
        return input
    }

    /// The roll-ups of the pipelines that its widgets read are looked at when it goes with them.
    func sideChanges(from before: ResourceRow?, to after: ResourceRow?, _ context: RuleContext) async throws
        -> [ResourceChange]
    {
        guard let before, after == nil else { return [] }
        let links = try await context.rows(
            Resources.dashboardsPipelines,
            [.init("dashboard_id", .eq, .string(before.id.text))]
        )
        let pipelines = Set(links.compactMap { $0.uuid("pipeline_id") })
        return pipelines.map { .enqueue(RollupJobs.reconcile($0, team: context.team)) }
    }

    func committed(_ action: ResourceAction, of row: ResourceRow, _ service: ResourceService) async {
        service.links?.forgetAll()
    }
}
