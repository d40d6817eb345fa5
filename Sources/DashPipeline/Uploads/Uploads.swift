import DashJSON
public import DashJobs
public import DashModel
public import DashStorage
import FoundationEssentials
public import Logging

/// Takes files in and looks after them; a job of each one reads it through its pipeline.
public struct Uploads: Sendable {
    static let prefix = "uploads/"
    private static let openStates: JSONValue = ["queued", "running"]

    public let limits: UploadLimits
    let store: Store
    let objects: any ObjectStore
    private let signals: JobSignals
    private let clock: any WallClock
    private let logger: Logger

    public init(
        store: Store,
        objects: any ObjectStore,
        limits: UploadLimits = UploadLimits(),
        signals: JobSignals = JobSignals(),
        clock: any WallClock = SystemClock(),
        logger: Logger
    ) {
        self.store = store
        self.objects = objects
        self.limits = limits
        self.signals = signals
        self.clock = clock
        self.logger = logger
    }

    /// Whether an upload waits or goes on.
    public static func isOpen(_ row: ResourceRow) -> Bool {
        openStates.arrayValue?.contains(row["status"]) ?? false
    }

    /// Keeps the file that `next` gives piece by piece, then its row, what `also` adds, and its job in one transaction.
    /// Throws `DashError`: `.tooLarge`, `.rateLimited` when the team has too many open, `.unavailable`, and whatever `next`
    /// throws; nothing is left then.
    public func receive(
        _ new: NewUpload,
        from next: () async throws -> [UInt8]?,
        also: (ResourceRow) -> [ResourceChange]
    ) async throws -> ResourceRow {
        try await requireRoom(new.team)
        let id = UUID.v7(at: clock.now)
        guard let key = ObjectKey(Self.prefix + new.team.text + "/" + id.text) else {
            throw DashError(.internal, "The upload's key is not one.")
        }
        var taken: Int64 = 0
        let size = try await objects.put(key) {
            guard let piece = try await next() else { return nil }
            taken += Int64(piece.count)
            guard taken <= limits.bytes else {
                throw DashError(
                    .tooLarge,
                    "The file is larger than \(limits.bytes) bytes; send it in parts, or raise DASH_UPLOAD_LIMIT_MB."
                )
            }
            return piece
        }
        let row = ResourceRow(
            id: id,
            values: [
                "team_id": .string(new.team.text), "pipeline_id": .string(new.pipeline.text),
                "filename": .string(new.filename), "format": .string(new.format.rawValue),
                "content_encoding": new.isCompressed ? "gzip" : "identity",
                "content_type": new.contentType.map { .string($0) } ?? .null, "object_key": .string(key.text),
                "byte_count": .number(JSONNumber(size)), "status": "queued",
            ]
        )
        do {
            let job = UploadParameters(upload: id).job(team: new.team)
            let saved = try await store.resources.apply(
                [.insert(Resources.uploads, row), .enqueue(job)] + also(row),
                in: .team(new.team)
            )
            signals[UploadParameters.queue].wake()
            return saved.first ?? row
        } catch {
            await forget(key)
            throw error
        }
    }

    /// Deletes the file of an upload whose row is gone.
    public func removeFile(of row: ResourceRow) async {
        if let key = row.string("object_key").flatMap(ObjectKey.init) { await forget(key) }
    }

    /// There is a job that is due.
    public func wake() { signals[UploadParameters.queue].wake() }

    private func requireRoom(_ team: UUID) async throws {
        let open = ResourceQuery(filters: [.init("status", .in, Self.openStates)], limit: limits.open)
        guard try await store.resources.list(Resources.uploads, open, in: .team(team)).rows.count >= limits.open else {
            return
        }
        throw DashError(
            .rateLimited,
            "\(limits.open) uploads of the team wait or go on already; send this one when one of them is done.",
            retryAfter: .seconds(30)
        )
    }

    /// What can't be deleted now is found by the upkeep.
    private func forget(_ key: ObjectKey) async {
        do {
            try await objects.delete(key)
        } catch {
            logger.warning("a file of an upload was not deleted", metadata: ["error": "\(String(reflecting: error))"])
        }
    }
}
