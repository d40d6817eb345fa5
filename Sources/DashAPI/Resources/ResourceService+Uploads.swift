import DashJSON
public import DashModel
public import DashPipeline
import DashStorage
public import FoundationEssentials

/// Files that are read through a pipeline.
extension ResourceService {
    /// The largest file that may be sent, in bytes; nil when this server takes none.
    public var uploadLimit: Int64? { uploads?.limits.bytes }

    /// Keeps a file that comes piece by piece and starts the job that reads it. Throws `DashError`: `.notFound`,
    /// `.conflict` for a pipeline that takes none, `.tooLarge`, and whatever `next` throws.
    public func upload(
        _ filename: String,
        _ format: UploadFormat,
        isCompressed: Bool,
        contentType: String? = nil,
        into pipeline: UUID,
        as principal: Principal,
        from remoteAddress: String? = nil,
        next: () async throws -> [UInt8]?
    ) async throws -> ResourceRow {
        try allow(principal, .create, on: Resources.uploads.name)
        let target = try await stored(Resources.pipelines, pipeline, for: principal)
        guard target.string("type") != "p2p" else {
            throw DashError(.conflict, "This pipeline gets its records from another one: upload into that one.")
        }
        guard let uploads else { throw DashError(.unavailable, "This server has no object store for uploads.") }
        let new = NewUpload(
            team: principal.team,
            pipeline: pipeline,
            filename: Self.plain(filename),
            format: format,
            isCompressed: isCompressed,
            contentType: contentType.map { String($0.prefix(200)) }
        )
        let row = try await uploads.receive(new, from: next) { row in
            let event = AuditEvent(
                actor: AuditActor(principal),
                action: "create",
                resource: Resources.uploads.name,
                id: row.id,
                team: principal.team,
                detail: ["pipeline_id": .string(pipeline.text), "filename": .string(new.filename)],
                remoteAddress: remoteAddress
            )
            return [event.change(at: now)]
        }
        await announce(Resources.uploads, row, .create, team: principal.team)
        return shown(row, of: Resources.uploads)
    }

    /// What is read already stays; the rest of the file is not read.
    func cancel(_ row: ResourceRow, _ event: AuditEvent, for principal: Principal) async throws -> ActionResult {
        if row.string("status") == "cancelled" { return .row(WrittenResource(row: shown(row, of: Resources.uploads))) }
        guard Uploads.isOpen(row) else {
            throw DashError(.conflict, "This upload is over already: it is \(row.string("status") ?? "gone").")
        }
        let values: [String: JSONValue] = ["status": "cancelled", "finished_at": .string(now.text)]
        return try await change(row, values, [], event, .custom("cancel"), for: principal)
    }

    /// Goes on where an upload stood when it failed or was cancelled.
    func resume(_ row: ResourceRow, _ event: AuditEvent, for principal: Principal) async throws -> ActionResult {
        if Uploads.isOpen(row) { return .row(WrittenResource(row: shown(row, of: Resources.uploads))) }
        guard row.string("status") != "completed" else {
            throw DashError(.conflict, "All of this upload is read already.")
        }
        guard row.string("object_key")?.isEmpty == false else {
            throw DashError(.conflict, "The upload's file was deleted when its time was over. Send it again.")
        }
        let values: [String: JSONValue] = ["status": "queued", "finished_at": .null, "error_message": .null]
        let job = UploadParameters(upload: row.id).job(team: principal.team)
        let result = try await change(row, values, [.enqueue(job)], event, .custom("resume"), for: principal)
        uploads?.wake()
        return result
    }

    private func change(
        _ row: ResourceRow,
        _ values: [String: JSONValue],
        _ others: [ResourceChange],
        _ event: AuditEvent,
        _ action: ResourceAction,
        for principal: Principal
    ) async throws -> ActionResult {
        let update = ResourceChange.update(Resources.uploads, ResourceRow(id: row.id, values: values))
        let saved = try await store.apply([update] + others + [event.change(at: now)], in: .team(principal.team))
        await announce(Resources.uploads, row, action, team: principal.team)
        return .row(WrittenResource(row: shown(saved.first ?? row, of: Resources.uploads)))
    }

    /// A file's name without its folders and what can't be shown.
    private static func plain(_ name: String) -> String {
        let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        let shown = String(String.UnicodeScalarView(last.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }))
        return shown.isEmpty ? "upload" : String(shown.prefix(200))
    }
}
