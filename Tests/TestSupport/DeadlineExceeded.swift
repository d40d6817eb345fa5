/// What a test waited for did not come in time.
public struct DeadlineExceeded: Error, CustomStringConvertible {
    let what: String
    let limit: Duration
    /// The error that came instead, at last.
    var last: String?

    public var description: String { "not within \(limit): \(what)" + (last.map { ", last seen: \($0)" } ?? "") }
}
