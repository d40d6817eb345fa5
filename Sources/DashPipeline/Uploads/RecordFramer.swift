import DashModel

/// Cuts a file into slices of whole records while it is read. Where a slice ends, another framer may go on.
protocol RecordFramer {
    /// Where in the file the next slice begins.
    var position: Int64 { get }
    /// Whether what stands at the file's beginning and concerns all of it is known: only then may `jump` be used.
    var isReady: Bool { get }

    /// Takes the next bytes of the file.
    mutating func write(_ bytes: [UInt8])
    /// There are no more.
    mutating func end()
    /// Goes on at a slice's beginning; the bytes of `write` come from there.
    mutating func jump(to position: Int64, lines: Int64)
    /// The next slice; nil when it needs more bytes, or when the last one was given. Throws `DashError` `.invalid`, with
    /// the line, when the file can't be told apart any further.
    mutating func next() throws(DashError) -> UploadSlice?
}
