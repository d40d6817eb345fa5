public import DashJSON
public import DashModel
public import DashStorage

/// What a mapping makes of sample records, without saving anything.
public struct PipelinePreview: Sendable {
    public var input: [JSONValue]
    public var output: RecordBytes
    public var quarantined: [QuarantinedRecord]
    public var schema: JSONValue

    public init(input: [JSONValue], output: RecordBytes, quarantined: [QuarantinedRecord], schema: JSONValue) {
        self.input = input
        self.output = output
        self.quarantined = quarantined
        self.schema = schema
    }
}
