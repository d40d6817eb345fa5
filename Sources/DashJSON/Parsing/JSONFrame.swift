/// A container that is still open while its inside is parsed.
struct JSONFrame {
    /// One bit for each key seen, by hash: a set bit calls for a comparison.
    var seen: UInt64
    var node: UInt32
    var keys: UInt32
    var flags: JSONNode.Flags
    var isObject: Bool
}
