public import DashMapping
public import FoundationEssentials

/// A body that was posted to a realtime pipeline.
public struct IngestRequest: Sendable {
    public var pipeline: UUID
    /// Already inflated.
    public var body: [UInt8]
    /// As its content type says; `auto`: found out from the body.
    public var framing: RecordsDecoder.Framing
    public var idempotencyKey: String?

    public init(pipeline: UUID, body: [UInt8], framing: RecordsDecoder.Framing = .auto, idempotencyKey: String? = nil) {
        self.pipeline = pipeline
        self.body = body
        self.framing = framing
        self.idempotencyKey = idempotencyKey
    }
}
