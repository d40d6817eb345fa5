import DashJSON
import DashJobs
import DashMapping
import DashModel
import DashStorage
import FoundationEssentials

/// Reads an upload through its pipeline, slice by slice. Each slice is saved together with where it ends, so the job goes on
/// there whenever it has to begin again.
struct UploadJob: JobHandler {
    var kind: String { UploadParameters.kind }

    /// A file that is not there after so many tries stays away.
    private static let patience = 5

    let store: any ResourceStore
    let objects: any ObjectStore
    let limits: UploadLimits
    let catalog: PipelineCatalog
    let runner: PipelineRunner
    let clock: any WallClock

    func run(_ parameters: UploadParameters, _ context: JobContext) async throws -> JobResult {
        guard let row = try await store.fetch(Resources.uploads, id: parameters.upload, in: .system) else {
            return .discarded(reason: "the upload was deleted")
        }
        guard Uploads.isOpen(row), let pipeline = row.uuid("pipeline_id") else { return .completed }
        do {
            return try await read(row, into: pipeline, context)
        } catch let error as DashError where error.code == .unavailable || error.code == .rateLimited {
            return .retry(after: error.retryAfter ?? .seconds(5), reason: error.description)
        } catch let error as DashError where error.code == .notFound && context.attempt < Self.patience {
            return .retry(after: .seconds(5), reason: error.description)
        } catch let error as DashError {
            return try await failed(row.id, error)
        }
    }

    func setAside(_ parameters: UploadParameters, reason: String) async throws {
        _ = try await failed(parameters.upload, DashError(.internal, reason + " Resume the upload to try again."))
    }

    private func read(_ row: ResourceRow, into id: UUID, _ context: JobContext) async throws -> JobResult {
        guard let key = row.string("object_key").flatMap(ObjectKey.init) else {
            throw DashError(.invalid, "The upload's file was deleted. Send it again.")
        }
        let size = Int64(row.int("byte_count") ?? 0)
        let form = try await form(of: row, into: id)
        let charset = try form.knownCharset
        let make = {
            UploadReader(
                objects,
                key,
                size: size,
                isCompressed: row.string("content_encoding") == "gzip",
                charset: charset,
                limit: limits.bytes
            )
        }
        var reader = make()
        var framer = Self.framer(row.string("format").flatMap { UploadFormat(rawValue: $0) } ?? .ndjson, form.table)
        var position = Int64(row.int("position") ?? 0)
        if position > 0 {
            // What concerns the whole file stands at its beginning, so that is read in any case.
            while !framer.isReady, let bytes = try await reader.next() { framer.write(bytes) }
            if !framer.isReady { framer.end() }
            reader = make()
            try await reader.jump(to: position)
            framer.jump(to: position, lines: Int64(row.int("lines_read") ?? 0))
        }
        while var slice = try await nextSlice(&framer, &reader) {
            try Task.checkCancellation()
            slice.start = position
            guard let pipeline = try await catalog.pipeline(id) else {
                return .discarded(reason: "the pipeline was deleted")
            }
            guard pipeline.status != .paused else {
                return .retry(after: .seconds(10), reason: "the pipeline is paused")
            }
            var journey = Journey(
                pipeline: pipeline,
                trigger: .upload,
                origin: .slice(slice),
                startedAt: clock.now
            )
            journey.run = .ongoing(id: row.id, startedAt: row.timestamp("started_at") ?? context.startedAt)
            journey.settles.upload = UploadStep(
                upload: row.id,
                start: slice.start,
                end: slice.end,
                bytesRead: slice.isLast ? size : reader.bytesRead,
                linesRead: slice.linesRead,
                isLast: slice.isLast
            )
            if slice.isLast { journey.settles.job = context.lease }
            let result = try await runner.run(journey)
            switch result.outcome {
            case .saved, .repeated:
                position = slice.end
                try await context.noteProgress()
            case .fenced, .overlapping: return try await fenced(row.id)
            case .overStorageLimit:
                let reason = """
                    Line \(slice.linesRead): the team's storage limit is reached. Raise it or delete records, then resume \
                    the upload.
                    """
                throw DashError(.storageLimit, reason)
            }
        }
        return .settled
    }

    private func nextSlice(_ framer: inout any RecordFramer, _ reader: inout UploadReader) async throws -> UploadSlice?
    {
        while true {
            if let slice = try framer.next() { return slice }
            // A record that is too long may take many pieces.
            try Task.checkCancellation()
            guard let bytes = try await reader.next() else { break }
            framer.write(bytes)
        }
        framer.end()
        return try framer.next()
    }

    /// Somebody cancelled the upload, or another worker is at it.
    private func fenced(_ upload: UUID) async throws -> JobResult {
        guard let row = try await store.fetch(Resources.uploads, id: upload, in: .system), Uploads.isOpen(row) else {
            return .completed
        }
        return .retry(after: .seconds(5), reason: "the upload stands elsewhere")
    }

    private func failed(_ upload: UUID, _ error: DashError) async throws -> JobResult {
        guard let row = try await store.fetch(Resources.uploads, id: upload, in: .system), Uploads.isOpen(row) else {
            return .completed
        }
        let details = error.issues.map { "\($0.pointer) \($0.message)" }
        let place = error.message.hasPrefix("Line ") ? "" : "Behind line \(row.int("lines_read") ?? 0): "
        let reason = place + ([error.message] + details).joined(separator: "; ")
        let values: [String: JSONValue] = [
            "status": "failed", "error_message": .string(reason), "finished_at": .string(clock.now.text),
        ]
        try await store.apply([.update(Resources.uploads, ResourceRow(id: upload, values: values))], in: .system)
        return .discarded(reason: reason)
    }

    /// What is said of the file: by its type and name, and by the pipeline's source, which counts more.
    private func form(of row: ResourceRow, into pipeline: UUID) async throws -> BodyForm {
        var form = row.string("content_type").map { BodyForm(contentType: $0) } ?? BodyForm()
        if UploadFormat.hasTabs(filename: row.string("filename") ?? "") { form.table.delimiter = UInt8(ascii: "\t") }
        guard let config = try await catalog.pipeline(pipeline)?.sourceConfig else { return form }
        return form.settled(by: config)
    }

    private static func framer(_ format: UploadFormat, _ table: TableForm) -> any RecordFramer {
        switch format {
        case .csv: TableFramer(form: table)
        case .json: ValueFramer()
        case .ndjson: LineFramer()
        }
    }
}
