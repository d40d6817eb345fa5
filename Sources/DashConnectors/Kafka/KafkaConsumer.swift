import CRdkafka
import DashModel
import Logging

/// Reads all partitions of some topics from where a cursor says; used from one thread.
///
/// Between two runs it keeps what librdkafka fetched ahead. A run whose cursor is not where the last one ended, as after a
/// transaction that failed, makes it begin anew at the cursor.
final class KafkaConsumer {
    struct Limits: Sendable {
        var records: Int
        var bytes: Int
        /// How long to wait for the first message.
        var wait: Duration
    }

    struct Batch: Sendable {
        var bytes: [UInt8] = []
        var offsets: KafkaOffsets
        /// Whether it ended because it was full.
        var isFull = false
    }

    struct Plan: Sendable {
        var topics: [String]
        /// Where a topic is begun that was never read: behind its last message instead of at its first.
        var startsLate: Bool
        var lines: KafkaLines
    }

    private struct Taken {
        var topic: String
        var partition: Int32
        var next: Int64
        var lines: KafkaLines.Lines
    }

    /// How often partitions that were added are looked for.
    private static let refresh = Duration.seconds(30)
    /// A batch ends when nothing more comes for so long.
    private static let linger = Duration.milliseconds(50)
    /// How long a wait goes on before it is looked whether anybody still waits.
    private static let slice = Duration.milliseconds(200)
    /// A body of JSON has a limit of them; half of it leaves room for what messages hold.
    private static let maxNodes = 2_000_000

    private let client: KafkaClient
    private let plan: Plan
    private let logger: Logger
    private var partitions: [String: [Int32]] = [:]
    private var refreshed: ContinuousClock.Instant?
    /// Where the next message comes from; nil: no partition is assigned.
    private var position: KafkaOffsets?
    /// Read, but too much for its batch.
    private var held: [Taken] = []
    private var committed: KafkaOffsets?
    /// Whether some partition has stopped: a client that was told to go on elsewhere may take long to do so, and a new one
    /// does it at once.
    private(set) var isSpent = false

    init(_ client: KafkaClient, _ plan: Plan, logger: Logger) {
        self.client = client
        self.plan = plan
        self.logger = logger
    }

    /// What comes next after a cursor. Throws `DashError`; nothing is lost then, as the cursor stays.
    func batch(after saved: KafkaOffsets, _ limits: Limits) throws -> Batch {
        try refreshPartitions()
        var saved = saved
        if let cluster = client.cluster {
            if let other = saved.cluster, other != cluster {
                logger.warning("another Kafka cluster than before: its topics are begun anew")
                saved = KafkaOffsets()
            }
            saved.cluster = cluster
        }
        if position != saved { try move(to: saved) }
        let batch = try read(limits)
        // Once brokers have answered: a client with a commit that found none takes its time to close.
        if !saved.isEmpty, committed != saved {
            client.commit(saved)
            committed = saved
        }
        return batch
    }

    private func read(_ limits: Limits) throws -> Batch {
        let deadline = ContinuousClock.now + limits.wait
        var batch = Batch(offsets: position ?? KafkaOffsets())
        var (count, nodes) = (0, 0)
        func take(_ taken: Taken) {
            let bytes = batch.bytes.count + taken.lines.bytes.count
            let isTooMuch = count > 0 && (bytes > limits.bytes || nodes + taken.lines.nodes > Self.maxNodes)
            if batch.isFull || isTooMuch {
                held.append(taken)
                batch.isFull = true
                return
            }
            batch.bytes += taken.lines.bytes
            nodes += taken.lines.nodes
            batch.offsets[taken.topic, taken.partition] = taken.next
            count += 1
            if count >= limits.records || bytes >= limits.bytes { batch.isFull = true }
        }
        let first = held
        held = []
        for taken in first { take(taken) }
        while !batch.isFull {
            try Task.checkCancellation()
            let left = max(deadline - .now, .zero)
            var problem: (any Error)?
            let isThere = try client.next(within: min(left, count > 0 ? Self.linger : Self.slice)) { event in
                switch event {
                case .message(let message):
                    if let taken = taken(message, after: batch.offsets) { take(taken) }
                case .outOfRange(let topic):
                    isSpent = true
                    if try !restart(&batch.offsets) {
                        problem = client.failure(RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, topic)
                    }
                case .failure(let code, let topic): problem = client.failure(code, topic)
                }
            }
            if let problem {
                // What has come is as good as ever; a problem that stays shows with the next run.
                guard count > 0 else { throw problem }
                refreshed = nil
                break
            }
            if isSpent || !isThere && (count > 0 || left == .zero) { break }
        }
        if count == 0, !isSpent { try lookForBrokers() }
        position = batch.offsets
        return batch
    }

    private func taken(_ message: UnsafePointer<rd_kafka_message_t>, after offsets: KafkaOffsets) -> Taken? {
        let topic = client.topic(of: message)
        let (partition, offset) = (message.pointee.partition, message.pointee.offset)
        if let next = offsets[topic, partition], offset < next { return nil }
        let lines = plan.lines
        let whole = KafkaMessage(message, topic: topic, withMetadata: lines.metadata != nil)
        return Taken(topic: topic, partition: partition, next: offset + 1, lines: lines.lines(of: whole))
    }

    /// Retention took the messages at some places, or the topic was made anew. False: it is neither.
    private func restart(_ offsets: inout KafkaOffsets) throws -> Bool {
        var isMoved = false
        for topic in plan.topics {
            for partition in partitions[topic] ?? [] {
                guard let known = offsets[topic, partition] else { continue }
                let bounds = try client.bounds(of: topic, partition)
                guard known < bounds.first || known > bounds.end else { continue }
                let place = plan.startsLate ? bounds.end : bounds.first
                offsets[topic, partition] = place
                isMoved = true
                logger.warning(
                    "messages at the cursor are not there any more: reading goes on elsewhere",
                    metadata: [
                        "topic": "\(topic)", "partition": "\(partition)", "from": "\(known)", "to": "\(place)",
                    ]
                )
            }
        }
        return isMoved
    }

    private func move(to offsets: KafkaOffsets) throws {
        var offsets = offsets
        var places: [(topic: String, partition: Int32, offset: Int64)] = []
        for topic in plan.topics {
            // The partitions of a topic that is read already hold only what was written since they were added.
            let isLate = plan.startsLate && !offsets.knows(topic)
            for partition in partitions[topic] ?? [] {
                if isLate { offsets[topic, partition] = try client.bounds(of: topic, partition).end }
                let place = offsets[topic, partition] ?? Int64(RD_KAFKA_OFFSET_BEGINNING)
                places.append((topic, partition, place))
            }
        }
        position = nil
        held = []
        try client.assign(places)
        position = offsets
    }

    private func refreshPartitions() throws {
        if let refreshed, .now - refreshed < Self.refresh { return }
        var found: [String: [Int32]] = [:]
        for topic in plan.topics { found[topic] = try client.partitions(of: topic).sorted() }
        if found != partitions { position = nil }
        partitions = found
        refreshed = .now
    }

    /// Throws when no broker answers: silence looks like an empty topic, and the client tries to connect for ever.
    private func lookForBrokers() throws {
        guard let topic = plan.topics.first else { return }
        _ = try client.partitions(of: topic)
    }
}
