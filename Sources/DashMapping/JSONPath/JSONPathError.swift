/// What is wrong with a JSONPath, and where.
public struct JSONPathError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Bytes of the path before the fault.
    public let offset: Int
    public let reason: String

    init(_ reason: String, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    public var description: String { "\(reason) (at character \(offset + 1))" }
}
