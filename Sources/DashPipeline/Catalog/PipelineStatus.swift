/// Where a pipeline stands, spelt as its row has it.
enum PipelineStatus: String, Sendable {
    case active, paused, error
}
