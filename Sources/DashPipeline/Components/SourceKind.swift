public import DashJSON

/// A kind of source, as it is registered: what it is called, what it needs, how one is made.
public struct SourceKind: Sendable {
    public var name: String
    public var title: String
    public var summary: String
    /// `polling`, `realtime` or `p2p`.
    public var pipelineType: String
    public var fields: [ConfigField]
    /// Finds what the fields one by one can't show: throws `DashError` `.invalid` with issues, relative to the config.
    public var check: (@Sendable (JSONValue) throws -> Void)?
    /// nil for kinds that are fed by a request or a pipeline.
    public var make: (@Sendable (JSONValue) throws -> any Source)?

    public init(
        name: String,
        title: String,
        summary: String,
        pipelineType: String,
        fields: [ConfigField],
        check: (@Sendable (JSONValue) throws -> Void)? = nil,
        make: (@Sendable (JSONValue) throws -> any Source)? = nil
    ) {
        self.name = name
        self.title = title
        self.summary = summary
        self.pipelineType = pipelineType
        self.fields = fields
        self.check = check
        self.make = make
    }
}
