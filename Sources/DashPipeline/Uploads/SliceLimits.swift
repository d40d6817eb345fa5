/// How much of a file goes into one transaction.
struct SliceLimits: Sendable {
    /// Of the file, in bytes.
    var bytes = 1 << 20
    var records = 5_000
    /// The longest record, in bytes. What has no end within it is no record.
    var record = 8 << 20
}
