public import DashModel

/// Everything that is wrong with a mapping's definition, all at once.
public struct MappingErrors: Error, Sendable, Hashable, CustomStringConvertible {
    /// Pointers are relative to the definition: `/mappings/0/source`.
    public let issues: [DashError.Issue]

    public init(issues: [DashError.Issue]) { self.issues = issues }

    public var description: String { issues.map { "\($0.pointer): \($0.message)" }.joined(separator: "; ") }
}
