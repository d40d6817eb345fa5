import ServiceLifecycle

/// The committing tasks of the node; on shutdown they commit what has been taken and end.
struct CommitService: Service {
    let runner: PipelineRunner

    func run() async throws {
        await withGracefulShutdownHandler {
            await runner.committer.run { await runner.conclude($0) }
        } onGracefulShutdown: {
            runner.committer.drain()
        }
    }
}
