import DashJobs
import DashModel
import DashStorage

/// Adds a pipeline's earlier records to its roll-ups, the newest first, in steps that make nobody wait.
struct RollupFillJob: JobHandler {
    var kind: String { RollupJobs.fillKind }

    let store: Store

    /// How many records go in one transaction.
    private static let step = 4_000
    /// Then another pipeline has its turn.
    private static let turn = Duration.seconds(10)

    func run(_ parameters: RollupParameters, _ context: JobContext) async throws -> JobResult {
        guard let pipeline = parameters.pipeline else { return .discarded(reason: "the parameters name no pipeline") }
        let end = ContinuousClock.now + Self.turn
        while let field = try await store.rollups.rolledFields(of: pipeline).first(where: \.isFilling) {
            while try await store.rollups.fill(field.name, of: pipeline, limit: Self.step) {
                try Task.checkCancellation()
                try await context.noteProgress()
                guard ContinuousClock.now < end else { return .retry(after: .zero, reason: "there is more to fill") }
                await Task.yield()
            }
        }
        return .completed
    }

    /// The fields are answered from the rows, as they were before.
    func setAside(_ parameters: RollupParameters, reason: String) async throws {
        guard let pipeline = parameters.pipeline else { return }
        try await store.rollups.stopFilling(of: pipeline)
    }
}
