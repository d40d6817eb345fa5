public import DashJSON
public import DashModel
public import DashStorage

/// One source record of a preview, and what became of it.
public struct PreviewedRecord: Sendable {
    public enum Outcome: String, Sendable {
        case mapped, filtered, duplicate, refused
    }

    public var input: JSONValue
    public var outcome: Outcome
    /// Several when it was exploded.
    public var output: RecordBytes
    public var refusal: QuarantinedRecord?

    public init(input: JSONValue, outcome: Outcome, output: RecordBytes, refusal: QuarantinedRecord? = nil) {
        self.input = input
        self.outcome = outcome
        self.output = output
        self.refusal = refusal
    }
}
