import DashJSON
public import DashModel
public import DashPipeline
public import DashStorage
import FoundationEssentials

/// What clients may do with resources, in one place for pages and REST: policy, validation, secrets, audit, events.
public struct ResourceService: Sendable {
    let store: Store
    let operations: any PipelineOperations
    let components: Components
    /// The kinds of widgets that somebody shows.
    let widgetTypes: [String]
    let tokens: TokenAuthenticator
    let queries: DataQueries
    let border: Border
    /// nil when nobody is shown dashboards by their link.
    let links: PublicDashboards?
    /// nil when the server has no object store.
    let uploads: Uploads?
    /// nil when the server sends no mail.
    let invitations: InvitationMail?
    let clock: any WallClock
    /// Told of every change after its commit.
    let onChange: @Sendable (ResourceChanged) async -> Void
    /// Changes whose check reads other rows (owners of a team, widgets of a dashboard) happen one at a time.
    let turns = Turnstile<UUID>(width: 1, queue: 1_000)

    public init(
        store: Store,
        operations: any PipelineOperations,
        components: Components,
        widgetTypes: [String],
        tokens: TokenAuthenticator,
        border: Border = Border(),
        links: PublicDashboards? = nil,
        uploads: Uploads? = nil,
        invitations: InvitationMail? = nil,
        clock: any WallClock = SystemClock(),
        onChange: @escaping @Sendable (ResourceChanged) async -> Void = { _ in }
    ) {
        self.store = store
        self.operations = operations
        self.components = components
        self.widgetTypes = widgetTypes
        self.tokens = tokens
        self.links = links
        self.border = border
        queries = DataQueries(records: store.records, border: border, clock: clock)
        self.uploads = uploads
        self.invitations = invitations
        self.clock = clock
        self.onChange = onChange
    }

    /// Refuses what the policy table does not allow.
    func allow(_ principal: Principal, _ action: ResourceAction, on resource: String) throws {
        guard PolicyTable.allows(principal, action, on: resource) else {
            let who = if case .token = principal.kind { "This token" } else { "Your role" }
            throw DashError(.forbidden, "\(who) does not allow to \(action) \(resource.replacing("_", with: " ")).")
        }
    }

    func allow(_ principal: Principal, _ view: ResourceView) throws {
        try allow(principal, view.permission.action, on: view.permission.resource)
    }

    /// A row of the principal's team as it is stored, or `.notFound`.
    func stored(_ resource: Resource, _ id: UUID, for principal: Principal) async throws -> ResourceRow {
        guard let row = try await store.resources.fetch(resource, id: id, in: .team(principal.team)) else {
            throw DashError(.notFound, "There is no such \(resource.singular).")
        }
        return row
    }

    /// The row as clients see it: without hidden columns, secrets masked.
    func shown(_ row: ResourceRow, of resource: Resource) -> ResourceRow {
        var row = row
        for attribute in resource.attributes where row.values[attribute.name] != nil {
            if attribute.access == .hidden {
                row.values[attribute.name] = nil
            } else if attribute.isSealed {
                row.values[attribute.name] = SecretMask.masked(
                    row[attribute.name],
                    fields: Rules.of(resource).configFields(of: row, components) ?? []
                )
            }
        }
        return row
    }

    /// A change is committed: what this part remembers is put right, then the others are told.
    func announce(_ resource: Resource, _ row: ResourceRow, _ action: ResourceAction, team: UUID) async {
        await Rules.of(resource).committed(action, of: row, self)
        var parent: UUID?
        if case .through(let column, _) = resource.scope { parent = row.uuid(column) }
        await onChange(
            ResourceChanged(resource: resource.name, id: row.id, team: team, parent: parent, action: action)
        )
    }

    /// The current instant by the service's clock.
    var now: Timestamp { clock.now }
}
