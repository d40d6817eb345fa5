import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials

/// What one resource asks beyond its declaration, in one file beside the others'. Each requirement is a step of the service's;
/// what a resource doesn't need it leaves out.
protocol ResourceRules: Sendable {
    var resource: Resource { get }
    /// What its own actions do, by their names.
    var actions: [String: ActionRule] { get }

    /// How many of them a team may have; nil: as many as it likes.
    func cap(_ limits: BorderLimits) -> Int?
    /// Changes of one gate happen one after the other, so that the check of each sees the one before.
    func gate(_ row: ResourceRow, in team: UUID) -> UUID
    /// The fields of the config that a row has, by its kind; nil for a kind that this server lacks.
    func configFields(of row: ResourceRow, _ components: Components) -> [ConfigField]?

    /// A new row's input with what follows from the rest of it.
    func complete(_ input: ResourceInput, _ context: RuleContext) async throws -> ResourceInput
    /// Completes and checks a draft; returns a secret that the client sees once.
    func prepare(_ draft: inout ResourceDraft, _ context: RuleContext) async throws -> String?
    /// Throws when a row must stay.
    func requireDeletable(_ row: ResourceRow, _ context: RuleContext) async throws
    /// What must change with a row, in its transaction. nil before: it is new; nil after: it goes.
    func sideChanges(from before: ResourceRow?, to after: ResourceRow?, _ context: RuleContext) async throws
        -> [ResourceChange]
    /// It is committed; nobody has been told yet.
    func committed(_ action: ResourceAction, of row: ResourceRow, _ service: ResourceService) async

    /// Those of the rows that the asker may see.
    func find(_ ids: [UUID], _ context: RuleContext) async throws -> [ResourceRow]
    /// Whether a relationship may lead to the row: another team's looks like none.
    func exists(_ id: UUID, _ context: RuleContext) async throws -> Bool
}

extension ResourceRules {
    var actions: [String: ActionRule] { [:] }
    func cap(_ limits: BorderLimits) -> Int? { nil }
    func gate(_ row: ResourceRow, in team: UUID) -> UUID { row.id }
    func configFields(of row: ResourceRow, _ components: Components) -> [ConfigField]? { nil }
    func complete(_ input: ResourceInput, _ context: RuleContext) async throws -> ResourceInput { input }
    func prepare(_ draft: inout ResourceDraft, _ context: RuleContext) async throws -> String? { nil }
    func requireDeletable(_ row: ResourceRow, _ context: RuleContext) async throws {}
    func sideChanges(from before: ResourceRow?, to after: ResourceRow?, _ context: RuleContext) async throws
        -> [ResourceChange]
    { [] }
    func committed(_ action: ResourceAction, of row: ResourceRow, _ service: ResourceService) async {}

    func find(_ ids: [UUID], _ context: RuleContext) async throws -> [ResourceRow] {
        let query = ResourceQuery(filters: [.init("id", .in, .array(ids.map { .string($0.text) }))], limit: 1_000)
        return try await context.service.list(resource, query, as: context.principal).rows
    }

    func exists(_ id: UUID, _ context: RuleContext) async throws -> Bool {
        try await context.row(resource, id) != nil
    }
}
