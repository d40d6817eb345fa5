import DashJSON
import DashJobs
import DashModel
import DashStorage
import FoundationEssentials

/// Sees to it that exactly the fields that widgets read have roll-ups.
struct RollupReconcileJob: JobHandler {
    var kind: String { RollupJobs.reconcileKind }

    let store: Store
    let signals: JobSignals
    let clock: any WallClock

    /// So many in a row that found a change mean that somebody changes widgets all the time.
    private static let passes = 10

    func run(_ parameters: RollupParameters, _ context: JobContext) async throws -> JobResult {
        if let pipeline = parameters.pipeline {
            let isHandedOver = try await reconcile(pipeline)
            // Whoever fills the pipeline now may have looked before the new field was there.
            return isHandedOver
                ? .completed : .retry(after: .seconds(5), reason: "the pipeline's roll-ups are being filled")
        }
        for pipeline in try await pipelines() { _ = try await reconcile(pipeline) }
        return .completed
    }

    /// Ends with a look that finds nothing to change: of two at once, the one that changed something last has also
    /// looked last. Returns false when it must be looked at again: a job that fills was there already.
    private func reconcile(_ pipeline: UUID) async throws -> Bool {
        for _ in 0..<Self.passes {
            try Task.checkCancellation()
            let wanted = try await wantedFields(of: pipeline)
            let kept = try await store.rollups.rolledFields(of: pipeline)
            let unwanted = Set(kept.filter { $0.state == .leaving || !wanted.contains($0.name) }.map(\.name))
            let missing = wanted.subtracting(kept.map(\.name))
            guard !unwanted.isEmpty || !missing.isEmpty else {
                guard kept.contains(where: \.isFilling) else { return true }
                let inserted = try await store.jobs.enqueue([RollupJobs.fill(pipeline)], now: clock.now)
                signals[RollupJobs.fillQueue].wake()
                return !inserted.isEmpty
            }
            if !missing.isEmpty {
                guard try await exists(pipeline) else { return true }
                try await store.rollups.rollUp(missing, of: pipeline)
            }
            if !unwanted.isEmpty { try await store.rollups.forget(unwanted, of: pipeline) }
        }
        return false
    }

    private func wantedFields(of pipeline: UUID) async throws -> Set<String> {
        let reading = ResourceQuery(filters: [.init("pipeline_id", .eq, .string(pipeline.text))], limit: 10_000)
        let links = try await store.resources.list(Resources.dashboardsPipelines, reading, in: .system).rows
        var fields: Set<String> = []
        for dashboard in Set(links.compactMap { $0.uuid("dashboard_id") }) {
            let there = ResourceQuery(filters: [.init("dashboard_id", .eq, .string(dashboard.text))], limit: 10_000)
            for widget in try await store.resources.list(Resources.widgets, there, in: .system).rows {
                // A widget whose query can't be read shows that itself; nothing is kept for it.
                guard let query = try? DataQuery(json: widget["data_query"]), query.pipeline == pipeline else {
                    continue
                }
                fields.formUnion(query.rolledFields ?? [])
            }
        }
        return fields
    }

    private func exists(_ pipeline: UUID) async throws -> Bool {
        try await store.resources.fetch(Resources.pipelines, id: pipeline, in: .system) != nil
    }

    private func pipelines() async throws -> Set<UUID> {
        var pipelines = Set(try await store.rollups.rolledPipelines())
        var query = ResourceQuery(limit: 1_000)
        while true {
            let page = try await store.resources.list(Resources.dashboardsPipelines, query, in: .system)
            pipelines.formUnion(page.rows.compactMap { $0.uuid("pipeline_id") })
            guard let next = page.next else { return pipelines }
            query.after = next
        }
    }
}
