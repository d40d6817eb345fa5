/// Where a job stands. The last three are final.
public enum JobState: String, Sendable, CaseIterable {
    case available, scheduled, executing, retryable, completed, discarded, cancelled

    public var isFinal: Bool { self == .completed || self == .discarded || self == .cancelled }
}
