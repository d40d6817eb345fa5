public import DashJSON
public import DashStorage

/// Sends records to one place. One value per lane, kept while its config stands.
public protocol Sink: Sendable {
    /// Returns when the receiver has the whole delivery. Throws `DashError`: `.unavailable` and `.rateLimited` are tried
    /// again, the rest is a dead letter.
    func send(_ delivery: Delivery) async throws
}

/// A kind of sink, as it is registered.
public struct SinkKind: Sendable {
    public var name: String
    public var title: String
    public var summary: String
    public var fields: [ConfigField]
    public var make: @Sendable (JSONValue) throws -> any Sink

    public init(
        name: String,
        title: String,
        summary: String,
        fields: [ConfigField],
        make: @escaping @Sendable (JSONValue) throws -> any Sink
    ) {
        self.name = name
        self.title = title
        self.summary = summary
        self.fields = fields
        self.make = make
    }
}
