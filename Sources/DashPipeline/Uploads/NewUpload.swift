public import FoundationEssentials

/// A file that somebody sends.
public struct NewUpload: Sendable {
    public var team: UUID
    public var pipeline: UUID
    public var filename: String
    public var format: UploadFormat
    /// Whether the file is gzip.
    public var isCompressed: Bool

    public init(team: UUID, pipeline: UUID, filename: String, format: UploadFormat, isCompressed: Bool) {
        self.team = team
        self.pipeline = pipeline
        self.filename = filename
        self.format = format
        self.isCompressed = isCompressed
    }
}
