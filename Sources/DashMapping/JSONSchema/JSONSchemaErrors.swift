public import DashModel

/// Everything that is wrong with a schema, all at once.
public struct JSONSchemaErrors: Error, Sendable, Hashable, CustomStringConvertible {
    /// Pointers are relative to the schema: `/properties/id/type`.
    public let issues: [DashError.Issue]

    public init(issues: [DashError.Issue]) { self.issues = issues }

    public var description: String { issues.map { "\($0.pointer): \($0.message)" }.joined(separator: "; ") }
}
