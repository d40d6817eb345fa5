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

    let store: any JobStore
    let signals: JobSignals
    let clock: any WallClock
    let logger: Logger

    /// Costs nothing but for the first batch of a mapping that has no schema yet, and once a minute for misfits.
    func sample(_ records: SourceRecords, _ mapped: MappingOutput, of pipeline: CompiledPipeline) async {
        guard let mapping = pipeline.mappingID else { return }
        let samples: [JSONValue]
        if pipeline.takeSchemaTurn() {
            samples = self.samples(records)
        } else if !mapped.misfitSamples.isEmpty, pipeline.takeDriftTurn(at: clock.now) {
            samples = self.samples(mapped.misfitSamples)
        } else {
            return
        }
        let parameters = SchemaParameters(mapping: mapping, team: pipeline.team, samples: samples)
        guard !parameters.samples.isEmpty else { return }
        let job = NewJob(
            kind: SchemaJob.kind,
            parameters: parameters.json,
            team: pipeline.team,
            uniqueKey: "\(SchemaJob.kind):\(mapping.text)",
            maxAttempts: 5
        )
        do {
            try await store.enqueue([job], now: clock.now)
            signals["default"].wake()
        } catch {
            logger.warning("a schema job could not be enqueued", metadata: ["error": "\(error)"])
        }
    }

    private func samples(_ records: [[UInt8]]) -> [JSONValue] {
        var bytes = 0
        return records.prefix { record in
            bytes += record.count
            return bytes <= Self.maxBytes
        }.compactMap { try? JSONValue(parsing: $0) }
    }

    private func samples(_ records: SourceRecords) -> [JSONValue] {
        var result: [JSONValue] = []
        var bytes = 0
        switch records {
        case .document(let decoded), .sifted(let decoded, _):
            for root in decoded.roots.prefix(Self.maxSamples) {
                bytes += decoded.document.rawBytes(root).count
                guard bytes <= Self.maxBytes else { break }
                result.append(decoded.document.view(root).value)
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
