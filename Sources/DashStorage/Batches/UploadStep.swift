public import FoundationEssentials

/// How far a part brings an upload. It is saved with the part's records, and only when the upload still stands where the
/// part begins: so no piece of a file is stored twice, and none is left out.
public struct UploadStep: Sendable, Hashable {
    public var upload: UUID
    /// Where the part's records begin and end in the file, in bytes once inflated.
    public var start: Int64
    public var end: Int64
    /// Bytes of the file as it was sent that were read for it.
    public var bytesRead: Int64
    /// Lines of the file up to the end of the part.
    public var linesRead: Int64
    /// Whether the file ends with it, which completes the upload.
    public var isLast: Bool

    public init(upload: UUID, start: Int64, end: Int64, bytesRead: Int64, linesRead: Int64, isLast: Bool) {
        self.upload = upload
        self.start = start
        self.end = end
        self.bytesRead = bytesRead
        self.linesRead = linesRead
        self.isLast = isLast
    }
}
