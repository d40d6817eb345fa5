/// What set a pipeline in motion, spelt as in the run history.
enum Trigger: String, Sendable {
    case schedule, manual, webhook, upstream, upload, replay
    /// The run before left more behind.
    case continuation
}
