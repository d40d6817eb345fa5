import DashExchange
import DashJSON
import DashMapping
import DashModel
import DashStorage
import Logging

/// The conductor: the journey of a record, in order, in this file and nowhere else.
///
/// `run` takes one body or delivery to the inbox in the caller's own task; `conclude` does, once a group and in the
/// order of the commits, what follows the saving transaction. A poll's next due time is set by `PollScheduler`.
final class PipelineRunner: Sendable {
    let committer: GroupCommitter
    let border: Border
    let hotRecords: HotRecords
    let pubsub: any PubSub
    let lanes: LaneSignals
    let limits: LaneLimits
    let schemas: SchemaSampler
    let metrics: PipelineMetrics
    let logger: Logger

    init(
        committer: GroupCommitter,
        border: Border,
        hotRecords: HotRecords,
        pubsub: any PubSub,
        lanes: LaneSignals,
        limits: LaneLimits,
        schemas: SchemaSampler,
        metrics: PipelineMetrics,
        logger: Logger
    ) {
        self.committer = committer
        self.border = border
        self.hotRecords = hotRecords
        self.pubsub = pubsub
        self.lanes = lanes
        self.limits = limits
        self.schemas = schemas
        self.metrics = metrics
        self.logger = logger
    }

    /// source → read (decode → map → validate) → save; returns when the records are durable.
    @concurrent
    func run(_ journey: Journey) async throws -> JourneyResult {
        try limits.check(journey.pipeline.id)
        var timer = StepTimer()
        var steps = StepTimes()
        let body = try await source(journey)
        steps.source = body.isFetched ? timer.lap() : 0
        let mapped = try await read(body, journey, &steps)
        let part = CommitPart(
            journey,
            mapped.output,
            unreadable: mapped.unreadable,
            bytesReceived: body.byteCount,
            cursor: body.cursor,
            events: mapped.events,
            steps: steps
        )
        let outcome = try await settling(mapped, journey.pipeline) { try await save(part) }
        return JourneyResult(outcome, of: part, hasMore: body.hasMore)
    }

    /// cache → publish → deliver → meter, for what one transaction saved.
    func conclude(_ group: CommittedGroup) async {
        for batch in group.batches {
            await attempt("cache") { try await hotRecords.append(batch) }
            await attempt("publish") {
                try await pubsub.publish(.committed(batch), to: .pipeline(batch.batch.pipeline))
                try await pubsub.publish(.committed(batch), to: .records)
            }
        }
        lanes.wake(group.lanes)
        meter(group)
    }

    /// The records of a body, for previews, which save nothing.
    func rehearse(_ journey: Journey) async throws -> DecodedRecords {
        let body = try await source(journey)
        let size = body.byteCount * body.decodingWeight
        let decoded = try await working(on: size, journey.pipeline) { [self] in try decode(body, journey.pipeline) }
        guard case .document(let document, _) = decoded else { throw DashError(.internal, "previews need a body") }
        return document
    }

    // MARK: The steps

    private func source(_ journey: Journey) async throws -> SourceBody {
        switch journey.origin {
        case .fetch(let source, let request):
            let body = try await source.fetch(request)
            return .fetched(body)
        case .body(let bytes, let form, let unreadable): return .posted(bytes, form: form, unreadable: unreadable)
        case .upstream(let records): return .delivered(records)
        case .slice(let slice): return .uploaded(slice)
        case .picked(let records): return .picked(records)
        }
    }

    private func decode(_ body: SourceBody, _ pipeline: CompiledPipeline) throws -> SourceRecords {
        do throws(RecordsDecoder.Failure) {
            switch body {
            case .fetched(let body):
                let decoded = try pipeline.decoder(for: body).decode(body.bytes)
                return SourceRecords(decoded, unreadable: body.unreadable.map { QuarantinedRecord($0) })
            case .posted(let bytes, let form, let unreadable):
                let decoded = try pipeline.decoder(form).decode(bytes)
                // One bad record among good ones goes to the quarantine; a body of nothing else is the sender's mistake.
                if decoded.holdsOnlyOthers { throw .noObject }
                return SourceRecords(decoded, unreadable: unreadable)
            case .delivered(let records): return .records(records)
            case .uploaded(let slice):
                let (decoded, unreadable) = try slice.decoded(by: pipeline.decoder(BodyForm(.lines)))
                return .document(decoded, unreadable: unreadable)
            case .picked(let records):
                let decoded = try RecordsDecoder(framing: .lines).decode(records.lines)
                return SourceRecords(decoded, unreadable: records.unreadable)
            }
        } catch {
            guard case .fetched(let body) = body else { throw DashError(decoding: error) }
            throw DashError(decoding: error, of: body.answer())
        }
    }

    private func mapAndValidate(_ records: SourceRecords, _ journey: Journey) throws -> MappingOutput {
        let program = try journey.pipeline.program()
        let memory = journey.pipeline.memory
        switch records {
        case .document(let document, _):
            let notesFates = if case .events = journey.identity { true } else { false }
            return program.run(
                document,
                receivedAt: journey.startedAt,
                memory: memory,
                notingFates: notesFates
            )
        case .records(let records):
            do throws(JSONError) {
                return try program.run(records, receivedAt: journey.startedAt, memory: memory)
            } catch {
                throw DashError(.internal, "a stored record is not valid JSON: \(error)")
            }
        }
    }

    private func mapWithinBudget(_ records: SourceRecords, _ journey: Journey) throws -> MappingOutput {
        guard journey.pipeline.weight > 1 else { return try mapAndValidate(records, journey) }
        let budget = MappingBudget.batch(of: records.count, base: border.limits.batchSteps)
        return try MappingBudget.$current.withValue(budget) { try mapAndValidate(records, journey) }
    }

    /// What takes more than a few milliseconds is done in the team's turn, on threads that serve nobody else.
    private func working<Value: Sendable>(
        on bytes: Int,
        _ pipeline: CompiledPipeline,
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        guard isLong(bytes, pipeline) else { return try body() }
        return try await border.compute(.team(pipeline.team)) { try body() }
    }

    private func isLong(_ bytes: Int, _ pipeline: CompiledPipeline) -> Bool { bytes * pipeline.weight > Self.shortWork }

    /// Bytes that are decoded and copied in a millisecond or two.
    private static let shortWork = 256 << 10

    /// decode → map → validate, in one turn, so that nothing that is decoded waits for another.
    private func read(_ body: SourceBody, _ journey: Journey, _ steps: inout StepTimes) async throws -> MappedBody {
        let pipeline = journey.pipeline
        let entered = ContinuousClock.now
        let size = body.byteCount * body.decodingWeight
        let isLong = isLong(size, pipeline)
        let (records, first, times) = try await working(on: size, pipeline) {
            [self] () -> (SourceRecords, MappingOutput?, StepTimes) in
            var times = StepTimes()
            times.queue = (.now - entered).microseconds
            var timer = StepTimer()
            let records = try decode(body, pipeline)
            try Task.checkCancellation()
            times.decode = timer.lap()
            // What is short as a body and long as records waits for a turn of its own.
            guard isLong || !self.isLong(records.byteCount, pipeline) else { return (records, nil, times) }
            let mapped = try mapWithinBudget(records, journey)
            times.map = timer.lap()
            return (records, mapped, times)
        }
        steps += times
        let output = try await decided(first, records, journey)
        return MappedBody(
            output: output,
            unreadable: records.unreadable,
            events: events(of: journey, records, output),
            sample: schemas.sample(records, output, of: pipeline)
        )
    }

    /// Maps again when a batch with some of the same keys has been saved or not: only then it is known what repeats it.
    private func decided(
        _ first: MappingOutput?,
        _ records: SourceRecords,
        _ journey: Journey
    ) async throws -> MappingOutput {
        var first = first
        while true {
            let mapped: MappingOutput
            if let known = first.take() {
                mapped = known
            } else {
                mapped = try await working(on: records.byteCount, journey.pipeline) { [self] in
                    try mapWithinBudget(records, journey)
                }
            }
            if let error = mapped.failure(of: journey) ?? (Task.isCancelled ? CancellationError() : nil) {
                if let ticket = mapped.ticket { journey.pipeline.memory?.settle(ticket, saved: false) }
                throw error
            }
            guard let other = mapped.undecided, let memory = journey.pipeline.memory else { return mapped }
            if let ticket = mapped.ticket { memory.settle(ticket, saved: false) }
            await memory.settled(other)
            try Task.checkCancellation()
        }
    }

    private func events(of journey: Journey, _ records: SourceRecords, _ mapped: MappingOutput)
        -> [Settlement.Request]
    {
        guard case .events(let keys) = journey.identity else { return [] }
        return EventAnswers(keys, records, mapped).answers
    }

    /// What the mapping has remembered of a batch stays only if the batch does, and only then its source has that schema.
    private func settling(
        _ mapped: MappedBody,
        _ pipeline: CompiledPipeline,
        _ save: () async throws -> CommitOutcome
    ) async throws -> CommitOutcome {
        var (isKnown, isNew) = (false, false)
        defer {
            if let ticket = mapped.output.ticket { pipeline.memory?.settle(ticket, saved: isKnown) }
            if let sample = mapped.sample, !isNew { schemas.giveBack(sample, of: pipeline) }
        }
        let outcome = try await save()
        switch outcome {
        case .saved: (isKnown, isNew) = (true, true)
        case .repeated: isKnown = true
        case .overStorageLimit, .fenced, .overlapping: break
        }
        if isNew, let sample = mapped.sample { await schemas.send(sample, of: pipeline) }
        return outcome
    }

    private func save(_ part: CommitPart) async throws -> CommitOutcome {
        if part.isEmpty { return .saved(firstID: 0) }
        return try await committer.submit(part)
    }

    private func meter(_ group: CommittedGroup) {
        metrics.recordsReceived.add(group.received)
        metrics.recordsQuarantined.add(group.quarantined)
        metrics.recordsStored.add(group.stored)
        metrics.recordsMemoryOnly.add(group.memoryOnly)
        metrics.recordsDropped.add(group.dropped)
        metrics.bytesReceived.add(group.bytesReceived)
    }

    /// The records are durable already: what fails here is logged and counted, and viewers read the store instead.
    private func attempt(_ step: String, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            metrics.stepFailures.add(1)
            logger.warning(
                "a step after the commit failed",
                metadata: ["step": "\(step)", "error": "\(String(reflecting: error))"]
            )
        }
    }
}
