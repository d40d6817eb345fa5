import DashModel
import DashStorage
import FoundationEssentials
import Synchronization

/// A store in which something else happens right before the next changes are made.
final class RacingStore: ResourceStore {
    private let base: any ResourceStore
    private let meanwhile = Mutex<(@Sendable () async throws -> Void)?>(nil)

    init(_ base: any ResourceStore) { self.base = base }

    /// Has this happen, once, between the look at the rows and their change.
    func meanwhile(_ body: @escaping @Sendable () async throws -> Void) { meanwhile.withLock { $0 = body } }

    func fetch(_ resource: Resource, id: UUID, in scope: AccessScope) async throws -> ResourceRow? {
        try await base.fetch(resource, id: id, in: scope)
    }

    func list(_ resource: Resource, _ query: ResourceQuery, in scope: AccessScope) async throws -> ResourcePage {
        try await base.list(resource, query, in: scope)
    }

    func count(_ resource: Resource, upTo limit: Int, in scope: AccessScope) async throws -> Int {
        try await base.count(resource, upTo: limit, in: scope)
    }

    @discardableResult
    func apply(_ changes: [ResourceChange], in scope: AccessScope) async throws -> [ResourceRow] {
        let body = meanwhile.withLock { meanwhile in
            defer { meanwhile = nil }
            return meanwhile
        }
        try await body?()
        return try await base.apply(changes, in: scope)
    }

    func reseal(_ resource: Resource, after id: UUID?, limit: Int) async throws -> ResealedRows {
        try await base.reseal(resource, after: id, limit: limit)
    }
}
