public import DashJSON
public import DashModel
public import DashStorage

/// What a mapping makes of sample records, without saving anything.
public struct PipelinePreview: Sendable {
    public var records: [PreviewedRecord]
    public var schema: JSONValue
    /// What is wrong in the tests of the previewed mapping.
    public var testFailures: [DashError.Issue]

    public init(records: [PreviewedRecord], schema: JSONValue, testFailures: [DashError.Issue] = []) {
        self.records = records
        self.schema = schema
        self.testFailures = testFailures
    }

    public var input: [JSONValue] { records.map(\.input) }
    public var output: RecordBytes { records.reduce(into: RecordBytes()) { $0.append($1.output) } }
    public var quarantined: [QuarantinedRecord] { records.compactMap(\.refusal) }
}
