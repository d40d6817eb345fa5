import DashJSON
import DashModel
public import DashStorage
public import FoundationEssentials

/// The jobs that keep roll-ups in step with what widgets read.
public enum RollupJobs {
    static let reconcileKind = "rollups.reconcile"
    static let fillKind = "rollups.fill"
    static let fillQueue = "rollups"

    /// To be enqueued with whatever changes the widgets that read a pipeline. It has no unique key: one that runs
    /// already may have read the widgets before the change.
    public static func reconcile(_ pipeline: UUID, team: UUID?) -> NewJob {
        NewJob(
            kind: reconcileKind,
            parameters: RollupParameters(pipeline: pipeline).json,
            team: team,
            maxAttempts: 1_000
        )
    }

    /// All pipelines that widgets read, once, whichever nodes start.
    static let reconcileAll = NewJob(
        kind: reconcileKind,
        parameters: RollupParameters(pipeline: nil).json,
        uniqueKey: reconcileKind
    )

    /// Adds earlier records, until all are there; one at a time for a pipeline.
    static func fill(_ pipeline: UUID) -> NewJob {
        NewJob(
            queue: fillQueue,
            kind: fillKind,
            parameters: RollupParameters(pipeline: pipeline).json,
            uniqueKey: "\(fillKind):\(pipeline.text)",
            maxAttempts: 1_000_000
        )
    }
}
