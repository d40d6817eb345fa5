public import FoundationEssentials

/// A body that was posted to a realtime pipeline.
public struct IngestRequest: Sendable {
    public var pipeline: UUID
    /// Already inflated.
    public var body: [UInt8]
    /// NDJSON rather than one JSON text; nil: found out from the body.
    public var isLines: Bool?
    public var idempotencyKey: String?

    public init(pipeline: UUID, body: [UInt8], isLines: Bool? = nil, idempotencyKey: String? = nil) {
        self.pipeline = pipeline
        self.body = body
        self.isLines = isLines
        self.idempotencyKey = idempotencyKey
    }
}
