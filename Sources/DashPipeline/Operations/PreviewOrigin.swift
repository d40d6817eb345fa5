/// Where a preview without a sample gets its records.
public enum PreviewOrigin: String, Sendable, CaseIterable {
    /// What the source answers now, or for p2p what the pipeline in front stored last.
    case source
    /// What the pipeline stored last: its mapping has been over it already.
    case records
    /// What was refused last, as it came from the source.
    case quarantine
}
