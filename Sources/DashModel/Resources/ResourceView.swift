/// What can be asked about a row beyond the row itself, or sent to it, as data.
public struct ResourceView: Sendable, Hashable {
    /// How the request says what it wants.
    public enum Input: Sendable, Hashable {
        /// It reads; the parameters stand in the address.
        case address
        /// The parameters are an object, the body.
        case body
        /// The body is a file; the parameters stand in the address.
        case file
    }

    public var name: String
    /// Below the root of the API, with `{id}` for the row's id.
    public var path: String
    public var summary: String
    public var permission: Permission
    public var input: Input
    public var parameters: [Attribute]
    public var answer: Answer

    public init(
        _ name: String,
        at path: String,
        _ summary: String,
        may permission: Permission,
        input: Input = .address,
        parameters: [Attribute] = [],
        answers answer: Answer
    ) {
        self.name = name
        self.path = path
        self.summary = summary
        self.permission = permission
        self.input = input
        self.parameters = parameters
        self.answer = answer
    }
}
