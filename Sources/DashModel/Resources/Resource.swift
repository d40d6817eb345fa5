/// One kind of thing that Dash stores, as data: table, row codec, REST, forms and policies iterate it.
public struct Resource: Sendable, Hashable {
    /// The table's name and the JSON:API type: `pipeline_sinks`.
    public var name: String
    /// For people: `pipeline sink`.
    public var singular: String
    public var summary: String
    public var scope: TeamScope
    public var attributes: [Attribute]
    public var relationships: [Relationship]
    /// What REST offers. Empty: the table is the server's own.
    public var actions: [Action]
    /// What can be asked about its rows beyond themselves.
    public var views: [ResourceView]
    /// The resource whose readers may read these rows too, where they come along; they have no address of their own.
    public var readWith: String?
    /// Column sets that no two rows share. A set that has `team_id` or a parent's column is unique within it.
    public var uniqueKeys: [[String]]
    public var hasUpdatedAt: Bool

    public init(
        _ name: String,
        singular: String,
        summary: String,
        scope: TeamScope,
        attributes: [Attribute],
        relationships: [Relationship] = [],
        actions: [Action] = [],
        views: [ResourceView] = [],
        readWith: String? = nil,
        uniqueKeys: [[String]] = [],
        hasUpdatedAt: Bool = true
    ) {
        self.name = name
        self.singular = singular
        self.summary = summary
        self.scope = scope
        let times = hasUpdatedAt ? ["inserted_at", "updated_at"] : ["inserted_at"]
        self.attributes =
            attributes
            + times.map { Attribute($0, .timestamp, .readOnly) }
        self.relationships = relationships
        self.actions = actions
        self.views = views
        self.readWith = readWith
        self.uniqueKeys = uniqueKeys
        self.hasUpdatedAt = hasUpdatedAt
    }

    public func attribute(_ name: String) -> Attribute? { attributes.first { $0.name == name } }
    /// The attribute that JSON:API documents, filters and `fields` call so, by either of its names.
    public func attribute(inDocuments name: String) -> Attribute? {
        attributes.first { $0.documentName == name || $0.name == name }
    }
    public func relationship(_ name: String) -> Relationship? { relationships.first { $0.name == name } }
    public func action(_ kind: ResourceAction) -> Action? { actions.first { $0.kind == kind } }
    public func offers(_ kind: ResourceAction) -> Bool { actions.contains { $0.kind == kind } }

    /// Whether clients see its rows, be it only beside others.
    public var isShown: Bool { !actions.isEmpty || readWith != nil }

    /// Who may do what its actions and views are.
    public var permissions: [Permission] {
        actions.map { Permission($0.kind, name, $0.role) } + views.map(\.permission)
    }

    /// Every stored column in order: `id`, the foreign keys, the attributes.
    public var columns: [Column] {
        [Column(name: "id", type: .uuid, isNullable: false, isSealed: false)]
            + relationships.filter { $0.kind == .toOne }.map {
                Column(name: $0.column, type: .uuid, isNullable: !$0.isRequired, isSealed: false)
            }
            + attributes.map { Column(name: $0.name, type: $0.type, isNullable: $0.isNullable, isSealed: $0.isSealed) }
    }
}
