/// How much of a file goes into one transaction.
struct SliceLimits: Sendable {
    /// Of the file, in bytes.
    var bytes = 1 << 20
    var records = 5_000
    /// Of what its rows become once each has the names of its columns, in bytes.
    var written = 8 << 20
    /// The longest record, in bytes. What has no end within it is no record.
    var record = 8 << 20
}
