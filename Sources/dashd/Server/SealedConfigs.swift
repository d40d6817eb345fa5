import DashModel
import DashStorage

/// The configs that are kept encrypted.
enum SealedConfigs {
    /// Opens every one of them; throws when a key is missing. Returns how many there are.
    static func open(in store: any ResourceStore) async throws -> Int {
        var count = 0
        for resource in Resources.all where resource.columns.contains(where: \.isSealed) {
            var query = ResourceQuery(limit: 200)
            while true {
                let page = try await store.list(resource, query, in: .system)
                if let reason = page.rows.lazy.compactMap(\.unreadable.values.first).first {
                    throw DashError(.invalid, reason)
                }
                count += page.rows.count
                guard let next = page.next else { break }
                query.after = next
            }
        }
        return count
    }

    /// Rows with a config that no key opens, the first few of each resource, and why.
    static func unreadable(in store: any ResourceStore) async throws -> [(resource: Resource, row: ResourceRow)] {
        var found: [(Resource, ResourceRow)] = []
        for resource in Resources.all where resource.columns.contains(where: \.isSealed) {
            var query = ResourceQuery(limit: 200)
            while found.count < 20 {
                let page = try await store.list(resource, query, in: .system)
                found += page.rows.filter { !$0.unreadable.isEmpty }.prefix(20).map { (resource, $0) }
                guard let next = page.next else { break }
                query.after = next
            }
        }
        return found
    }

    /// Seals everything with the newest key, a few rows a transaction, so that it can be stopped and begun again.
    /// `progress` is told of each resource what became of its rows.
    static func reseal(
        in store: any ResourceStore,
        progress: (_ resource: Resource, _ rows: ResealedRows) -> Void
    ) async throws {
        for resource in Resources.all where resource.columns.contains(where: \.isSealed) {
            var total = ResealedRows()
            while true {
                let rows = try await store.reseal(resource, after: total.last, limit: 200)
                total.resealed += rows.resealed
                total.current += rows.current
                total.unreadable.merge(rows.unreadable) { first, _ in first }
                guard let last = rows.last else { break }
                total.last = last
            }
            progress(resource, total)
        }
    }
}
