import DashJSON
import DashJobs
import DashModel
import DashStorage
import FoundationEssentials
import Logging
import ServiceLifecycle

/// Deletes the files of uploads that are long over, and files that no upload has any more: of deleted pipelines and teams,
/// and of bodies whose row was never written. One node's duty.
struct UploadUpkeep: Service {
    private static let interval = Duration.seconds(600)
    private static let page = 200
    /// A file may be older than its row by as long as it takes to send one.
    private static let orphanAge = Duration.seconds(86_400)

    let store: any ResourceStore
    let objects: any ObjectStore
    let limits: UploadLimits
    let clock: any WallClock
    let logger: Logger

    func run() async throws {
        await Upkeep(interval: Self.interval, failure: "the upkeep of uploads failed", logger: logger).run {
            try await removeExpired()
            try await removeOrphans()
        }
    }

    func removeExpired() async throws {
        let over = ResourceQuery(
            filters: [
                .init("status", .in, ["completed", "failed", "cancelled"]),
                .init("updated_at", .lt, .string((clock.now - limits.retention).text)),
                .init("object_key", .ne, ""),
            ],
            limit: Self.page
        )
        while true {
            let rows = try await store.list(Resources.uploads, over, in: .system).rows
            for row in rows {
                if let key = row.string("object_key").flatMap(ObjectKey.init) { try await objects.delete(key) }
                let change = ResourceRow(id: row.id, values: ["object_key": ""])
                try await store.apply([.update(Resources.uploads, change)], in: .system)
            }
            guard rows.count == Self.page else { return }
            try Task.checkCancellation()
        }
    }

    func removeOrphans() async throws {
        try await objects.discardUnfinished(before: clock.now - Self.orphanAge)
        var last: ObjectKey?
        while true {
            let found = try await objects.list(Uploads.prefix, after: last, limit: Self.page)
            for object in found where object.modifiedAt < clock.now - Self.orphanAge {
                guard let id = object.key.text.split(separator: "/").last.flatMap({ UUID(text: String($0)) }),
                    try await store.fetch(Resources.uploads, id: id, in: .system) == nil
                else { continue }
                try await objects.delete(object.key)
            }
            guard found.count == Self.page else { return }
            last = found.last?.key
            try Task.checkCancellation()
        }
    }
}
