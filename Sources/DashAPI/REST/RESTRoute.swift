public import DashModel
public import HTTPTypes

/// One address of the REST API with a method: made from the resources, so that routes and policies can't part.
public struct RESTRoute: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        case list, create, fetch, update, delete
        /// The related rows, or only their identifiers.
        case related(String), linkage(String)
        /// A write at a relationship's own address, which none takes.
        case relink(String)
        /// An action of the resource's own.
        case act(Action)
        /// What can be asked about a row beyond itself, or sent to it.
        case view(ResourceView)
    }

    public var method: HTTPRequest.Method
    /// With `{id}` for the row's id.
    public var path: String
    /// The resource that the address is about.
    public var resource: String
    public var kind: Kind
    /// What the policy table is asked: every one of these must be allowed.
    public var needs: [Need]

    /// An action on a resource, as the policy table knows it.
    public struct Need: Sendable, Hashable {
        public var action: ResourceAction
        public var resource: String
    }

    /// Every route, in the order of the resources.
    public static let all: [RESTRoute] = Resources.exposed.flatMap { routes(of: $0) + views(of: $0) }

    /// What the request's body may be large, in bytes; a file, which is never in memory whole, has a limit of its own.
    var bodyLimit: Int { if case .act(let action) = kind { action.bodyLimit } else { Action.documentLimit } }

    /// Whether the body goes on piece by piece, as a file does.
    var isStreamed: Bool { if case .view(let view) = kind { view.input == .file } else { false } }

    /// Whether the relationship has addresses of its own.
    static func isLinked(_ relationship: Relationship) -> Bool {
        Resources.named(relationship.target).map { !$0.actions.isEmpty } ?? false
    }

    private init(_ method: HTTPRequest.Method, _ path: String, _ resource: String, _ kind: Kind, _ needs: [Need]) {
        self.method = method
        self.path = ResourceDocument.root + path
        self.resource = resource
        self.kind = kind
        self.needs = needs
    }

    private static func routes(of resource: Resource) -> [RESTRoute] {
        let name = resource.name
        var routes: [RESTRoute] = []
        for action in resource.actions {
            let needs = [Need(action: action.kind, resource: name)]
            switch action.kind {
            case .read:
                routes.append(RESTRoute(.get, name, name, .list, needs))
                routes.append(RESTRoute(.get, name + "/{id}", name, .fetch, needs))
                for relationship in resource.relationships where isLinked(relationship) {
                    let link = relationship.name
                    let both = needs + [Need(action: .read, resource: relationship.target)]
                    routes.append(RESTRoute(.get, "\(name)/{id}/\(link)", name, .related(link), both))
                    let own = "\(name)/{id}/relationships/\(link)"
                    routes.append(RESTRoute(.get, own, name, .linkage(link), both))
                    let writes: [HTTPRequest.Method] =
                        relationship.kind == .toOne ? [.patch] : [.patch, .post, .delete]
                    routes += writes.map { RESTRoute($0, own, name, .relink(link), both) }
                }
            case .create: routes.append(RESTRoute(.post, name, name, .create, needs))
            case .update: routes.append(RESTRoute(.patch, name + "/{id}", name, .update, needs))
            case .delete: routes.append(RESTRoute(.delete, name + "/{id}", name, .delete, needs))
            case .custom(let word): routes.append(RESTRoute(.post, "\(name)/{id}/\(word)", name, .act(action), needs))
            }
        }
        return routes
    }

    private static func views(of resource: Resource) -> [RESTRoute] {
        resource.views.map { view in
            RESTRoute(
                view.input == .address ? .get : .post,
                view.path,
                resource.name,
                .view(view),
                [Need(action: view.permission.action, resource: view.permission.resource)]
            )
        }
    }
}
