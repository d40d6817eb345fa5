public import FoundationEssentials

/// A file that somebody sends.
public struct NewUpload: Sendable {
    public var team: UUID
    public var pipeline: UUID
    public var filename: String
    public var format: UploadFormat
    /// Whether the file is gzip.
    public var isCompressed: Bool
    /// As its sender says; of its parameters the encoding of characters counts.
    public var contentType: String?

    public init(
        team: UUID,
        pipeline: UUID,
        filename: String,
        format: UploadFormat,
        isCompressed: Bool,
        contentType: String? = nil
    ) {
        self.team = team
        self.pipeline = pipeline
        self.filename = filename
        self.format = format
        self.isCompressed = isCompressed
        self.contentType = contentType
    }
}
