public import DashJSON

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
