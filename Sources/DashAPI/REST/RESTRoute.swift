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
        case act(String)
        case records, record, ledger, quarantine, query
        /// A file as the body.
        case upload
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
    public static let all: [RESTRoute] = Resources.exposed.flatMap(routes) + engineRoutes

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
            let needs = [Need(action: action, resource: name)]
            switch action {
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
            case .custom(let word): routes.append(RESTRoute(.post, "\(name)/{id}/\(word)", name, .act(word), needs))
            }
        }
        return routes
    }

    private static let engineRoutes: [RESTRoute] = {
        let pipelines = Resources.pipelines.name
        let records = [Need(action: .read, resource: PolicyTable.records)]
        return [
            RESTRoute(.get, "pipelines/{id}/records", pipelines, .records, records),
            RESTRoute(.get, "pipelines/{id}/records/{record}", pipelines, .record, records),
            RESTRoute(.get, "pipelines/{id}/ledger", pipelines, .ledger, [Need(action: .read, resource: pipelines)]),
            RESTRoute(
                .post,
                "pipelines/{id}/uploads",
                pipelines,
                .upload,
                [Need(action: .create, resource: Resources.uploads.name)]
            ),
            RESTRoute(
                .get,
                "pipelines/{id}/quarantine",
                pipelines,
                .quarantine,
                [Need(action: .read, resource: Resources.quarantinedRecords.name)]
            ),
            RESTRoute(.post, "query", PolicyTable.records, .query, records),
        ]
    }()
}
