import DashJSON
import DashPipeline

/// Fed by every committed batch of another pipeline of the team.
enum PipelineSource {
    static let kind = SourceKind(
        name: "pipeline",
        title: "Another pipeline",
        summary: "Gets every record that another pipeline keeps, once each.",
        pipelineType: "p2p",
        fields: [ConfigField("pipeline_id", .pipeline, required: true, label: "pipeline")]
    )
}
