import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// Which p2p pipeline reads which pipeline, within one team.
enum PipelineLinks {
    struct Link: Sendable {
        var pipeline: UUID
        var upstream: UUID
    }

    static func all(of team: UUID, _ store: any ResourceStore) async throws -> [Link] {
        var query = ResourceQuery(
            filters: [.init("type", .eq, "p2p"), .init("team_id", .eq, .string(team.text))],
            limit: 500
        )
        var links: [Link] = []
        while true {
            let page = try await store.list(Resources.pipelines, query, in: .team(team))
            for row in page.rows {
                if let upstream = upstream(of: row) { links.append(Link(pipeline: row.id, upstream: upstream)) }
            }
            guard let next = page.next else { return links }
            query.after = next
        }
    }

    static func upstream(of row: ResourceRow) -> UUID? {
        row["source_config"]["pipeline_id"]?.stringValue.flatMap(UUID.init(uuidString:))
    }

    /// The ids on the way from `start` back to `pipeline`, when linking them closes a circle.
    static func circle(from pipeline: UUID, through start: UUID, _ links: [Link]) -> [UUID]? {
        var path = [start]
        var current = start
        // Each pipeline has one upstream, so the way back is a line; a stored circle can't hold it for ever.
        while path.count <= links.count + 1 {
            if current == pipeline { return path }
            guard let link = links.first(where: { $0.pipeline == current }) else { return nil }
            current = link.upstream
            path.append(current)
        }
        return nil
    }
}
