public import DashJSON
public import DashModel
public import DashStorage
public import FoundationEssentials

/// What the web and the APIs may ask of the pipelines; the caller has checked who asks.
public protocol PipelineOperations: Sendable {
    /// What `POST /ingest/{id}` needs to know before it reads the body: nil when there is no such realtime pipeline.
    func ingestTarget(_ pipeline: UUID) async throws -> IngestTarget?

    /// Takes a body through the journey; returns when its records are durable.
    /// Throws `DashError`: `.invalid` (bad JSON, with position), `.tooLarge`, `.rateLimited`, `.unavailable`, `.storageLimit`.
    func ingest(_ request: IngestRequest) async throws -> IngestReceipt

    /// Enqueues one run of a polling pipeline at once; returns the job.
    func runNow(_ pipeline: UUID, in team: UUID) async throws -> UUID

    /// A pipeline was resumed: its failures so far are no reason to wait any longer.
    func forgetFailures(of pipeline: UUID)

    /// Maps sample records (or, without one, those of the origin) with a mapping that need not be saved.
    func preview(
        _ pipeline: UUID,
        in team: UUID,
        mapping: JSONValue?,
        sample: [UInt8]?,
        from origin: PreviewOrigin
    ) async throws -> PipelinePreview

    /// Takes the chosen records of the quarantine through the mapping as it is, by a job; returns the row of the replay.
    func replay(_ pipeline: UUID, in team: UUID, matching filter: QuarantineFilter) async throws -> ResourceRow

    /// Tries whether a sink's receiver can be reached with its stored config. Throws `DashError` with what to change.
    func testSink(_ sink: UUID, in team: UUID) async throws

    /// The last records, from the cache, or from the store when they are not there; newest last.
    func latest(of pipeline: UUID, limit: Int) async throws -> [Record]

    /// Everything wrong with a row before it is saved: source and sink configs, cron, mapping, cycles of pipelines.
    /// `row` has the values as they would be stored.
    func verify(_ resource: Resource, _ row: ResourceRow, in team: UUID) async throws -> [DashError.Issue]
}
