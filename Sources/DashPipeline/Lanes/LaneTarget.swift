import DashModel

/// Who takes the deliveries of a lane.
enum LaneTarget: Sendable {
    case sink(any Sink, ResourceRow, LaneSettings)
    case pipeline(CompiledPipeline)
}
