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
                count += page.rows.count
                guard let next = page.next else { break }
                query.after = next
            }
        }
        return count
    }
}
