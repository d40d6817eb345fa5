/// A piece of a body that is no record: a line, an element or a row that can't be read while others can.
public struct UnreadableRecord: Sendable, Hashable {
    /// So much of it is kept to look at.
    static let keptBytes = 64 << 10
    /// A body with more of them is refused as a whole.
    static let most = 10_000

    /// The line of the body that it begins at, counted from 1.
    public var line: Int64
    /// For people.
    public var reason: String
    /// Its bytes as they came.
    public var data: [UInt8]

    public init(line: Int64, reason: String, data: some Collection<UInt8>) {
        self.line = line
        self.reason = reason
        self.data = Array(data.prefix(Self.keptBytes))
    }
}
