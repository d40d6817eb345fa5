import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// The rows that come along with an answer, each once, and which of them belong to which row.
struct RelatedRows: Sendable {
    struct Key: Hashable, Sendable {
        var type: String
        var id: UUID
    }

    /// There are more than one answer carries.
    struct Overflow: Error {
        var relationship: String
    }

    struct Link: Hashable, Sendable {
        var owner: Key
        var relationship: String
    }

    private(set) var rows: [(resource: Resource, row: ResourceRow)] = []
    /// Linkage of the to-many relationships that were included.
    private(set) var links: [Link: [UUID]] = [:]
    private var known: Set<Key> = []

    /// Rows of a to-many relationship that one answer carries at most.
    static let maximumRows = 1_000

    init() {}

    /// Loads what the tree asks for behind the primary rows: one query a relationship and level, whatever the rows. Throws
    /// `Overflow` when there is too much of it.
    init(
        _ tree: RelatedTree,
        of primary: [ResourceRow],
        _ resource: Resource,
        _ service: ResourceService,
        as principal: Principal
    ) async throws {
        known = Set(primary.map { Key(type: resource.name, id: $0.id) })
        try await load(tree, of: primary, resource, service, as: principal)
    }

    private mutating func load(
        _ tree: RelatedTree,
        of owners: [ResourceRow],
        _ resource: Resource,
        _ service: ResourceService,
        as principal: Principal
    ) async throws {
        guard !owners.isEmpty else { return }
        for branch in tree.branches {
            let found = try await related(branch, to: owners, resource, service, as: principal)
            for row in found where known.insert(Key(type: branch.target.name, id: row.id)).inserted {
                rows.append((branch.target, row))
            }
            // Two levels at most, so this does not go deep.
            try await load(branch.tree, of: found, branch.target, service, as: principal)
        }
    }

    private mutating func related(
        _ branch: RelatedTree.Branch,
        to owners: [ResourceRow],
        _ resource: Resource,
        _ service: ResourceService,
        as principal: Principal
    ) async throws -> [ResourceRow] {
        let relationship = branch.relationship
        switch relationship.kind {
        case .toOne:
            let ids = Array(Set(owners.compactMap { $0.uuid(relationship.column) }))
            return ids.isEmpty ? [] : try await service.find(branch.target, ids, as: principal)
        case .toMany:
            let query = ResourceQuery(
                filters: [.init(relationship.column, .in, Self.list(owners.map(\.id)))],
                limit: Self.maximumRows
            )
            let page = try await service.list(branch.target, query, as: principal)
            guard page.next == nil else { throw Overflow(relationship: relationship.name) }
            for owner in owners { links[Self.link(resource, owner.id, relationship)] = [] }
            for row in page.rows {
                guard let owner = row.uuid(relationship.column) else { continue }
                links[Self.link(resource, owner, relationship), default: []].append(row.id)
            }
            return page.rows
        }
    }

    private static func link(_ resource: Resource, _ owner: UUID, _ relationship: Relationship) -> Link {
        Link(owner: Key(type: resource.name, id: owner), relationship: relationship.name)
    }

    private static func list(_ ids: [UUID]) -> JSONValue { .array(ids.map { .string($0.text) }) }
}
