import DashJSON
import DashModel
import DashPipeline

/// This machine's own figures, one record a run. Off unless the operator turns it on: they concern every team.
struct SystemSource: Source {
    static func kind(clock: any WallClock) -> SourceKind {
        let sampler = SystemSampler(clock: clock)
        return SourceKind(
            name: "system",
            title: "This machine",
            summary: "CPU, load, memory, disk and network of the machine that Dash runs on.",
            pipelineType: "polling",
            fields: [],
            make: { _ in SystemSource(sampler: sampler) }
        )
    }

    let sampler: SystemSampler

    func fetch(_ request: FetchRequest) async throws -> FetchedBody {
        FetchedBody(bytes: JSONValue.object(try sampler.sample(for: request.pipeline)).encoded())
    }
}
