import DashJSON
import DashMapping
import DashModel
import DashStorage

extension PipelineEngine {
    public func ingest(_ request: IngestRequest) async throws -> IngestReceipt {
        guard let pipeline = try await catalog.pipeline(request.pipeline), pipeline.type == .realtime else {
            throw DashError(.notFound, "there is no such realtime pipeline")
        }
        guard pipeline.status != .paused else {
            throw DashError(.unavailable, "the pipeline is paused; nothing was stored", retryAfter: .seconds(60))
        }
        var journey = Journey(
            pipeline: pipeline,
            trigger: .webhook,
            origin: .body(request.body, form: request.form),
            startedAt: clock.now
        )
        if request.eventKeys.isEmpty {
            if let key = request.idempotencyKey { journey.identity = .request(key) }
            return try Self.receipt(of: try await runner.run(journey))
        }
        return try await ingest(request, journey)
    }

    /// A body of events. Those that were seen before are found by the transaction that would save them, and left out then.
    private func ingest(_ request: IngestRequest, _ journey: Journey) async throws -> IngestReceipt {
        let events = try Self.events(of: request)
        var journey = journey
        var seen: Set<String> = []
        var left = zip(request.eventKeys, events).filter { seen.insert($0.0).inserted }
        var unreadable = request.unreadable
        let within = events.count - left.count
        journey.repeats = within
        while true {
            journey.identity = .events(left.map(\.0) + unreadable.map(\.key))
            journey.origin = .body(
                Self.body(of: left.map(\.1)),
                form: BodyForm(.json),
                unreadable: unreadable.map { QuarantinedRecord(unreadable: $0.data, reason: $0.reason) }
            )
            let result = try await runner.run(journey)
            guard case .overlapping(let keys) = result.outcome else {
                var receipt = try Self.receipt(of: result)
                if receipt.isRepeat { receipt.duplicates += within }
                return receipt
            }
            let known = Set(keys)
            let count = left.count + unreadable.count
            left.removeAll { known.contains($0.0) }
            unreadable.removeAll { known.contains($0.key) }
            let rest = left.count + unreadable.count
            guard rest > 0, rest < count else {
                throw DashError(.internal, "a part of a batch of events can't be told from the rest")
            }
            journey.repeats += count - rest
        }
    }

    private static func events(of request: IngestRequest) throws -> [ArraySlice<UInt8>] {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: request.body, limits: .records)
        } catch {
            throw DashError(.invalid, "The events are not valid JSON: \(error)")
        }
        let events = document.root?.elements.map(\.rawBytes) ?? []
        guard events.count == request.eventKeys.count else {
            throw DashError(.internal, "a batch of events has other keys than events")
        }
        return events
    }

    private static func body(of events: [ArraySlice<UInt8>]) -> [UInt8] {
        var body = [UInt8(ascii: "[")]
        body.reserveCapacity(events.reduce(2) { $0 + $1.count + 1 })
        for event in events {
            if body.count > 1 { body.append(UInt8(ascii: ",")) }
            body += event
        }
        body.append(UInt8(ascii: "]"))
        return body
    }

    private static func receipt(of result: JourneyResult) throws -> IngestReceipt {
        switch result.outcome {
        case .saved, .fenced, .repeated, .overlapping:
            let isRepeat = if case .repeated = result.outcome { true } else { false }
            return IngestReceipt(
                accepted: result.accepted,
                quarantined: result.quarantined,
                duplicates: result.duplicates,
                isRepeat: isRepeat
            )
        case .overStorageLimit:
            throw DashError(
                .storageLimit,
                "the team's storage limit is reached; nothing was stored",
                retryAfter: .seconds(300)
            )
        }
    }
}
