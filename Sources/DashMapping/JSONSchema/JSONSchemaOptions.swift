public import DashJSON

/// How schemas are read and applied.
public struct JSONSchemaOptions: Sendable {
    /// Whether `format` checks anything.
    public enum Formats: Sendable, Hashable {
        /// As the schema's dialect says; the standard one only annotates.
        case byDialect
        /// Always.
        case asserted
    }

    public var formats: Formats
    /// Documents that `$ref` may lead to, by their address; nothing is ever fetched.
    public var documents: [String: JSONValue]
    /// More violations of one value are not collected.
    public var maxViolations: Int
    /// Applications of a subschema that one value may take, besides 16 for each value and key in it; bounds what an
    /// unlucky schema can cost.
    public var maxSteps: Int

    public init(
        formats: Formats = .byDialect,
        documents: [String: JSONValue] = [:],
        maxViolations: Int = 20,
        maxSteps: Int = 100_000
    ) {
        self.formats = formats
        self.documents = documents
        self.maxViolations = max(1, maxViolations)
        self.maxSteps = max(1, maxSteps)
    }
}
