public import DashMapping
public import FoundationEssentials

/// A body that was posted to a realtime pipeline.
public struct IngestRequest: Sendable {
    public var pipeline: UUID
    /// Already inflated.
    public var body: [UInt8]
    /// As its content type says; what that leaves open is found out from the body.
    public var form: BodyForm
    public var idempotencyKey: String?
    /// For a body that is an array of events: what names each of them for ever. Events that were seen before are not
    /// stored again, whatever they come together with.
    public var eventKeys: [String] = []
    /// What came together with these events, is none and is not in the body.
    public var unreadable: [UnreadableEvent] = []

    public init(pipeline: UUID, body: [UInt8], form: BodyForm = BodyForm(), idempotencyKey: String? = nil) {
        self.pipeline = pipeline
        self.body = body
        self.form = form
        self.idempotencyKey = idempotencyKey
    }
}
