public import DashJSON

/// One attribute of a resource, as data: its column, its place in REST and its form field all come from this value.
public struct Attribute: Sendable, Hashable {
    public enum Access: Sendable, Hashable {
        /// Clients read and write it.
        case readWrite
        /// Clients set it when they create the resource, then only read it.
        case createOnly
        /// Only Dash itself writes it.
        case readOnly
        /// It never leaves the server.
        case hidden
    }

    public var name: String
    /// Its name in JSON:API documents, which forbid `type`; REST takes both.
    public var documentName: String
    public var type: AttributeType
    public var access: Access
    public var isNullable: Bool
    /// What a created resource has when the client says nothing.
    public var defaultValue: JSONValue?
    /// Encrypted at rest; secrets inside come back masked.
    public var isSealed: Bool
    public var constraint: ValueConstraint
    /// How a form calls it, and the sentence under the field.
    public var label: String
    public var help: String

    public init(
        _ name: String,
        _ type: AttributeType,
        _ access: Access = .readWrite,
        nullable: Bool = false,
        default defaultValue: JSONValue? = nil,
        sealed: Bool = false,
        constraint: ValueConstraint = .none,
        documentName: String? = nil,
        label: String? = nil,
        help: String = ""
    ) {
        self.name = name
        self.documentName = documentName ?? name
        self.type = type
        self.access = access
        isNullable = nullable
        self.defaultValue = defaultValue
        isSealed = sealed
        self.constraint = constraint
        self.label = label ?? Attribute.label(for: name)
        self.help = help
    }

    /// `retention_days` reads "Retention days".
    private static func label(for name: String) -> String {
        let words = name.split(separator: "_").joined(separator: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}
