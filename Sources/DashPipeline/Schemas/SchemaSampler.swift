import DashJSON
import DashJobs
import DashMapping
import DashModel
import DashStorage
import Logging

/// Sends samples of a pipeline's first batch, and later of what doesn't fit, to the job that keeps its source's schema.
struct SchemaSampler: Sendable {
    private static let maxSamples = 50
    private static let maxBytes = 64 << 10
    /// Of records that don't fit only their shape is kept, so there may be more; the first is looked at whatever its size.
    private static let maxMisfitBytes = 1 << 20

    let store: any JobStore
    let signals: JobSignals
    let clock: any WallClock
    let logger: Logger

    /// What is to be sent of a batch once it is saved. Costs nothing but for the first batch of a mapping that has no schema
    /// yet, and every ten seconds for misfits.
    func sample(_ records: SourceRecords, _ mapped: MappingOutput, of pipeline: CompiledPipeline) -> SchemaParameters? {
        guard let mapping = pipeline.mappingID else { return nil }
        var parameters = SchemaParameters(mapping: mapping, team: pipeline.team, samples: [])
        if pipeline.takeSchemaTurn() {
            parameters.samples = samples(records)
            if !parameters.samples.isEmpty { return parameters }
            pipeline.returnSchemaTurn()
        } else if !mapped.misfitSamples.isEmpty, pipeline.takeDriftTurn(at: clock.now) {
            parameters.seen = seen(mapped.misfitSamples)
            return parameters
        }
        return nil
    }

    func send(_ parameters: SchemaParameters, of pipeline: CompiledPipeline) async {
        let job = NewJob(
            kind: SchemaJob.kind,
            parameters: parameters.json,
            team: pipeline.team,
            uniqueKey: "\(SchemaJob.kind):\(parameters.mapping.text)",
            maxAttempts: 5
        )
        do {
            // While one is still at work this one is left out; what doesn't fit then comes with the next batch.
            if try await store.enqueue([job], now: clock.now).isEmpty { pipeline.returnDriftTurn() }
            signals["default"].wake()
        } catch {
            logger.warning("a schema job could not be enqueued", metadata: ["error": "\(String(reflecting: error))"])
        }
    }

    /// For a batch that was not saved.
    func giveBack(_ parameters: SchemaParameters, of pipeline: CompiledPipeline) {
        if parameters.samples.isEmpty { pipeline.returnDriftTurn() } else { pipeline.returnSchemaTurn() }
    }

    private func seen(_ records: [[UInt8]]) -> JSONValue {
        var inference = SchemaInference()
        var bytes = 0
        for record in records where bytes < Self.maxMisfitBytes {
            bytes += record.count
            if let root = try? JSONDocument(parsing: record).root { inference.add(root) }
        }
        return inference.schema
    }

    private func samples(_ records: SourceRecords) -> [JSONValue] {
        var result: [JSONValue] = []
        var bytes = 0
        switch records {
        case .document(let decoded, _):
            for root in decoded.roots.prefix(Self.maxSamples) {
                // A sample is stored on its way to the job.
                if decoded.document.nodes[root].flags.contains(.unstorable) { continue }
                let value = decoded.document.view(root)
                bytes += value.compactBytes.count
                guard bytes <= Self.maxBytes else { break }
                result.append(value.value)
            }
        case .records(let records):
            for index in 0..<min(records.count, Self.maxSamples) {
                bytes += records[index].count
                guard bytes <= Self.maxBytes, let value = try? JSONValue(parsing: Array(records[index])) else { break }
                result.append(value)
            }
        }
        return result
    }
}
