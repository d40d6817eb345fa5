/// Something that can be done with a resource, as data: who may, with which parameters, what it answers. Routes, policies,
/// the check of its parameters and the reference come from this value; what it does is told by its resource's rules.
public struct Action: Sendable, Hashable {
    public var kind: ResourceAction
    /// The weakest role that may.
    public var role: Role
    /// One sentence for people.
    public var summary: String
    /// Members of the request's object. Those without a default that may not be null are required.
    public var parameters: [Attribute]
    public var answer: Answer
    /// What the audit trail calls it once it is done: `replayed`. nil: it leaves no line there.
    public var past: String?
    /// How large its parameters may be together, in bytes.
    public var bodyLimit: Int

    /// What a resource's document may be large, in bytes.
    public static let documentLimit = 1 << 20

    /// An action of a resource's own, sent to `{resource}/{id}/{name}`.
    public init(
        _ name: String,
        _ role: Role,
        _ summary: String,
        parameters: [Attribute] = [],
        answers answer: Answer = .row,
        past: String? = nil,
        bodyLimit: Int = documentLimit
    ) {
        kind = .custom(name)
        self.role = role
        self.summary = summary
        self.parameters = parameters
        self.answer = answer
        self.past = past
        self.bodyLimit = bodyLimit
    }

    private init(usual kind: ResourceAction, _ role: Role, _ answer: Answer, past: String?) {
        self.kind = kind
        self.role = role
        self.answer = answer
        self.past = past
        summary = ""
        parameters = []
        bodyLimit = Self.documentLimit
    }

    public static func read(_ role: Role) -> Action { Action(usual: .read, role, .row, past: nil) }
    public static func create(_ role: Role, answers answer: Answer = .row) -> Action {
        Action(usual: .create, role, answer, past: "made")
    }
    public static func update(_ role: Role) -> Action { Action(usual: .update, role, .row, past: "changed") }
    public static func delete(_ role: Role) -> Action { Action(usual: .delete, role, .nothing, past: "deleted") }

    public var name: String { kind.description }
    public var isUsual: Bool { if case .custom = kind { false } else { true } }
}
