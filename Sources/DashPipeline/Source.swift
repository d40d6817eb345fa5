public import DashJSON
public import DashModel
public import FoundationEssentials

/// Fetches what a polling pipeline reads. One value per run, made from the pipeline's config.
public protocol Source: Sendable {
    /// Throws `DashError`; `.unavailable` is worth a retry, anything else is not before a change.
    func fetch(_ request: FetchRequest) async throws -> FetchedBody
}

public struct FetchRequest: Sendable {
    public var team: UUID
    public var pipeline: UUID
    public var dueAt: Timestamp
    /// The cursor that was committed with the last rows.
    public var cursor: JSONValue?

    public init(team: UUID, pipeline: UUID, dueAt: Timestamp, cursor: JSONValue?) {
        self.team = team
        self.pipeline = pipeline
        self.dueAt = dueAt
        self.cursor = cursor
    }
}

/// Raw bytes as they came, to be decoded by the runner.
public struct FetchedBody: Sendable {
    public var bytes: [UInt8]
    /// A JSONPath that picks the records, nil for the whole body.
    public var recordsPath: String?
    /// The cursor to commit with the rows.
    public var cursor: JSONValue?

    public init(bytes: [UInt8], recordsPath: String? = nil, cursor: JSONValue? = nil) {
        self.bytes = bytes
        self.recordsPath = recordsPath
        self.cursor = cursor
    }
}

/// A kind of source, as it is registered: what it is called, what it needs, how one is made.
public struct SourceKind: Sendable {
    public var name: String
    public var title: String
    public var summary: String
    /// `polling`, `realtime` or `p2p`.
    public var pipelineType: String
    public var fields: [ConfigField]
    /// nil for kinds that are fed by a request or a pipeline.
    public var make: (@Sendable (JSONValue) throws -> any Source)?

    public init(
        name: String,
        title: String,
        summary: String,
        pipelineType: String,
        fields: [ConfigField],
        make: (@Sendable (JSONValue) throws -> any Source)? = nil
    ) {
        self.name = name
        self.title = title
        self.summary = summary
        self.pipelineType = pipelineType
        self.fields = fields
        self.make = make
    }
}
