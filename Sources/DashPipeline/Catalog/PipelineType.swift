/// How a pipeline gets its records, spelt as its row has it.
enum PipelineType: String, Sendable {
    case polling, realtime, p2p
}
