/// How much uploads may take, and for how long.
public struct UploadLimits: Sendable {
    /// The largest file, before and after it is inflated, in bytes.
    public var bytes: Int64
    /// How long a file is kept once its upload is over.
    public var retention: Duration
    /// Uploads of a team that may wait or go on at once.
    public var open: Int

    public init(bytes: Int64 = 2 << 30, retention: Duration = .seconds(7 * 86_400), open: Int = 50) {
        self.bytes = bytes
        self.retention = retention
        self.open = open
    }
}
