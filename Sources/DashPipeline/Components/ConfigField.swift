public import DashJSON

/// One setting of a source or sink: its check, its form field and its place in the reference all come from this value.
public struct ConfigField: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        case url
        case string
        case text
        case integer(ClosedRange<Int>)
        case boolean
        case choice([String])
        /// A JSON object of strings.
        case dictionary
        /// The same, sent as headers: all but harmless ones are write-only.
        case headers
        /// The same, sent as parameters: write-only where their names say that they are secrets.
        case parameters
        /// A text that is sent as it is; write-only when it holds members or parameters that are secrets by their names.
        case body
        /// A JSON array of texts.
        case list
        /// Any JSON value.
        case json
        case jsonPath
        /// The id of a pipeline of the team.
        case pipeline
        /// An object with fields of its own.
        case group([ConfigField])
    }

    public var name: String
    public var kind: Kind
    public var isRequired: Bool
    /// Write-only: comes back as `"********"`, and is kept when that is sent.
    public var isSecret: Bool
    /// Says where the secrets beside it and in the groups beside it go: they are kept only as long as it stays.
    public var isPlace: Bool
    public var defaultValue: JSONValue?
    public var label: String
    public var help: String

    public init(
        _ name: String,
        _ kind: Kind,
        required: Bool = false,
        secret: Bool = false,
        place: Bool = false,
        default defaultValue: JSONValue? = nil,
        label: String? = nil,
        help: String = ""
    ) {
        self.name = name
        self.kind = kind
        isRequired = required
        isSecret = secret
        isPlace = place || kind == .url
        self.defaultValue = defaultValue
        self.label = label ?? name.replacing("_", with: " ")
        self.help = help
    }
}
