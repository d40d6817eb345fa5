import DashModel
import DashStorage
import FoundationEssentials

/// The rows of resources, measured.
struct MeasuredResources: ResourceStore {
    let base: any ResourceStore
    let meter: PartMeter

    func fetch(_ resource: Resource, id: UUID, in scope: AccessScope) async throws -> ResourceRow? {
        try await meter.measure {
            try await base.fetch(resource, id: id, in: scope)
        } rows: {
            $0 == nil ? 0 : 1
        }
    }

    func list(_ resource: Resource, _ query: ResourceQuery, in scope: AccessScope) async throws -> ResourcePage {
        try await meter.measure {
            try await base.list(resource, query, in: scope)
        } rows: {
            $0.rows.count
        }
    }

    func count(_ resource: Resource, upTo limit: Int, in scope: AccessScope) async throws -> Int {
        try await meter.measure {
            try await base.count(resource, upTo: limit, in: scope)
        }
    }

    func apply(_ changes: [ResourceChange], in scope: AccessScope) async throws -> [ResourceRow] {
        try await meter.measure {
            try await base.apply(changes, in: scope)
        } rows: {
            $0.count
        }
    }

    func reseal(_ resource: Resource, after id: UUID?, limit: Int) async throws -> ResealedRows {
        try await meter.measure {
            try await base.reseal(resource, after: id, limit: limit)
        }
    }
}
