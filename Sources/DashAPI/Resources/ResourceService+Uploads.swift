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
        try allow(principal, .upload)
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

    /// A file's name without its folders and what can't be shown.
    private static func plain(_ name: String) -> String {
        let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        let shown = String(String.UnicodeScalarView(last.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }))
        return shown.isEmpty ? "upload" : String(shown.prefix(200))
    }
}
