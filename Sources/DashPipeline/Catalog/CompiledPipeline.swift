import DashJSON
import DashMapping
import DashModel
import DashStorage
import FoundationEssentials
import Synchronization

/// A pipeline made ready to run: its row, its mapping as a program, and the lanes behind it. Never changes; a change
/// of any of its rows brings a new one.
final class CompiledPipeline: Sendable {
    let id: UUID
    let team: UUID
    let name: String
    let type: PipelineType
    let status: PipelineStatus
    let sourceType: String
    let sourceConfig: JSONValue
    /// Why the config can't be opened; nil when it was.
    private let unreadable: String?
    let persists: Bool
    /// Older records are not shown any more; nil: they are kept.
    let retention: Duration?
    let lanes: [BatchCommit.Lane]
    let schedule: PollSchedule?
    let misfire: MisfirePolicy
    let mappingID: UUID?
    /// What the mapping remembers between batches; nil: nothing, or only within a batch, as for a preview.
    let memory: MappingMemory?
    /// How much work a byte of a record is, against only being copied.
    let weight: Int
    private let recordsPath: JSONPath?
    /// Whether the source's config says anything of the form of bodies.
    private let settlesForm: Bool
    private let compiled: Result<MappingProgram, DashError>
    private let verification: Result<WebhookVerifier?, DashError>
    private let lacksSchema: Atomic<Bool>
    /// When records that don't fit the schema were last looked into, in microseconds since 1970.
    private let lastDrift = Atomic<Int64>(0)

    /// `row` and `mapping` have already been opened; a definition that can't be compiled shows when it is run.
    init?(row: ResourceRow, mapping: ResourceRow?, lanes: [BatchCommit.Lane], memories: MappingMemories? = nil) {
        guard let team = row.uuid("team_id"), let type = row.string("type").flatMap(PipelineType.init(rawValue:)) else {
            return nil
        }
        id = row.id
        self.team = team
        name = row.string("name") ?? ""
        self.type = type
        status = row.string("status").flatMap(PipelineStatus.init(rawValue:)) ?? .active
        sourceType = row.string("source_type") ?? ""
        sourceConfig = row["source_config"]
        unreadable = row.unreadable["source_config"]
        persists = row["persist_data"].boolValue ?? true
        retention = row.int("retention_days").map { .seconds(Int64($0) * 86_400) }
        self.lanes = lanes
        schedule = PollSchedule(row: row)
        misfire = row.string("misfire_policy").flatMap(MisfirePolicy.init(rawValue:)) ?? .latest
        mappingID = mapping?.id
        lacksSchema = Atomic(mapping.map { $0["source_schema"].isNull } ?? false)
        recordsPath = sourceConfig["records"]?.stringValue.flatMap { $0.isEmpty ? nil : try? JSONPath($0) }
        settlesForm = BodyForm().settled(by: sourceConfig) != BodyForm()
        compiled = Self.compile(mapping)
        let program: MappingProgram? = try? compiled.get()
        weight = 1 + (program?.weight ?? 0)
        memory = program.flatMap { program in memories?.memory(for: program, of: row.id) }
        let config = sourceConfig
        verification = Result { () throws(DashError) in try WebhookVerifier(config: config) }
    }

    /// Throws `DashError` `.invalid` when the stored mapping can't be run.
    func program() throws -> MappingProgram { try compiled.get() }

    /// For a body of which so much is known; the source's config counts more.
    func decoder(_ form: BodyForm) -> RecordsDecoder {
        RecordsDecoder(settlesForm ? form.settled(by: sourceConfig) : form, path: recordsPath)
    }

    func decoder(for body: FetchedBody) -> RecordsDecoder {
        RecordsDecoder(
            settlesForm ? body.form.settled(by: sourceConfig) : body.form,
            path: body.recordsPath.flatMap { try? JSONPath($0) } ?? recordsPath
        )
    }

    /// True once: for the batch from which the source's schema is to be inferred.
    func takeSchemaTurn() -> Bool {
        guard lacksSchema.load(ordering: .relaxed) else { return false }
        return lacksSchema.exchange(false, ordering: .relaxed)
    }

    /// True every ten seconds: for a batch with records that don't fit the schema.
    func takeDriftTurn(at now: Timestamp) -> Bool {
        let last = lastDrift.load(ordering: .relaxed)
        guard now.microseconds - last >= 10_000_000 else { return false }
        return lastDrift.compareExchange(expected: last, desired: now.microseconds, ordering: .relaxed).exchanged
    }

    /// For turns of which nothing came.
    func returnSchemaTurn() { lacksSchema.store(true, ordering: .relaxed) }
    func returnDriftTurn() { lastDrift.store(0, ordering: .relaxed) }

    /// Throws `DashError` `.unavailable` when the config can't be opened, as a key is missing.
    func checkConfig() throws {
        guard let unreadable else { return }
        throw DashError(.unavailable, unreadable, retryAfter: .seconds(60))
    }

    /// What checks the signatures of posts, if they need one. Throws `DashError` `.unavailable` when the stored secrets can't
    /// be used: nothing is taken unchecked.
    func verifier() throws -> WebhookVerifier? {
        try checkConfig()
        do throws(DashError) {
            return try verification.get()
        } catch {
            throw DashError(.unavailable, "The pipeline's secrets can't be used: \(error)", retryAfter: .seconds(60))
        }
    }

    /// Whether posts need a token (`bearer`), a signature (a preset's name) or nothing.
    var ingestAuth: String { sourceConfig["auth"]?.stringValue ?? "bearer" }

    private static func compile(_ mapping: ResourceRow?) -> Result<MappingProgram, DashError> {
        do throws(MappingErrors) {
            let definition = try mapping.map { row throws(MappingErrors) in
                try MappingDefinition(MappingColumns.definition(of: row))
            }
            return .success(try MappingProgram(compiling: definition ?? MappingDefinition()))
        } catch {
            return .failure(DashError(.invalid, "the mapping can't be run", issues: error.issues))
        }
    }
}
