public import DashJSON

/// A kind of sink, as it is registered.
public struct SinkKind: Sendable {
    public var name: String
    public var title: String
    public var summary: String
    /// The kind's own settings, then the group `lane` that every kind has.
    public var fields: [ConfigField]
    /// What the sink takes at once unless its config says otherwise; nil for one delivery at a time.
    public var batching: SinkBatching?
    /// Checks the config and makes a sink that connects when it is first used.
    public var make: @Sendable (JSONValue) throws -> any Sink

    public init(
        name: String,
        title: String,
        summary: String,
        fields: [ConfigField],
        batching: SinkBatching? = nil,
        make: @escaping @Sendable (JSONValue) throws -> any Sink
    ) {
        self.name = name
        self.title = title
        self.summary = summary
        self.fields = fields + [LaneSettings.field(batching: batching)]
        self.batching = batching
        self.make = make
    }
}
