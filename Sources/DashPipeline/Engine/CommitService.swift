import ServiceLifecycle

/// The one committing task of the node; on shutdown it commits what has been taken and ends.
struct CommitService: Service {
    let runner: PipelineRunner

    func run() async throws {
        await withGracefulShutdownHandler {
            await withTaskGroup { group in
                // Every request waits for this one task: it must not queue behind theirs.
                group.addTask(priority: .high) { await runner.committer.run { await runner.conclude($0) } }
            }
        } onGracefulShutdown: {
            runner.committer.drain()
        }
    }
}
