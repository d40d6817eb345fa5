public import DashJSON

/// The typed parameters of a kind of job; the queue stores them as JSON.
public protocol JobParameters: Sendable {
    /// Throws `DashError` `.invalid` when the JSON is not such parameters.
    init(json: JSONValue) throws
    var json: JSONValue { get }
}

extension JSONValue: JobParameters {
    public init(json: JSONValue) { self = json }
    public var json: JSONValue { self }
}
