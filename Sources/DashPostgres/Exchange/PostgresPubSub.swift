public import DashExchange
import DashModel
import DashStorage
import FoundationEssentials
public import Logging
public import ServiceLifecycle
import Synchronization

/// Publish and subscribe for nodes that share a database. Changes of resources reach all of them. Records stay on the node
/// that saved them; the others are told how far their pipeline has come, at most so often.
public final class PostgresPubSub: PubSub, Service {
    private static let limit = Duration.seconds(5)
    /// How long what follows a notice waits for the next one: each costs the server a transaction.
    private static let pause = Duration.milliseconds(50)
    private static let longPause = Duration.seconds(1)

    private let database: PostgresDatabase
    private let notices: AsyncStream<PostgresNotice>
    private let logger: Logger
    private let local = MemoryPubSub()
    private let node = UUID()
    /// What the other nodes are to be told: the last id of each pipeline.
    private let untold = Mutex<[UUID: Int64]>([:])
    private let signal = WakeSignal()

    /// Make it before the notices run.
    public init(engine: PostgresEngine, notices: PostgresNotices, logger: Logger) {
        database = engine.database
        self.notices = notices.listen(to: [PostgresNotices.resources, PostgresNotices.records])
        self.logger = logger
    }

    public func publish(_ event: ExchangeEvent, to channel: Channel) async throws {
        try await local.publish(event, to: channel)
        switch event {
        case .committed(let batch):
            guard batch.isStored else { return }
            note([batch.batch.pipeline: batch.lastID])
            signal.wake()
        case .changed:
            guard channel == .resources, let notice = ResourceNotice(event, from: node) else { return }
            let statement: SQLStatement = "SELECT pg_notify('dash_resources', \(notice.text))"
            _ = try await database.plainConnection(within: Self.limit) { try $0.fetch(statement) }
        case .advanced: break
        }
    }

    public func subscribe(to channels: Set<Channel>, buffering: Int) -> Subscription {
        local.subscribe(to: channels, buffering: buffering)
    }

    /// Hands on what other nodes say, and tells them how far this one has come.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.tell() }
                for await notice in self.notices {
                    do { try await self.take(notice) } catch { break }
                }
                group.cancelAll()
            }
        }
        // What the inbox has saved since.
        do { try await tellOnce() } catch { warn(error) }
    }

    private func take(_ notice: PostgresNotice) async throws {
        switch notice {
        case .missed:
            local.lose(.resources)
            local.loseRecords()
        case .said(PostgresNotices.records, let text):
            guard let told = AdvanceNotice(text), told.node != node else { return }
            if let position = told.position { database.mustSee(position) }
            for (pipeline, lastID) in told.lastIDs {
                let event = ExchangeEvent.advanced(pipeline: pipeline, lastID: lastID)
                try await local.publish(event, to: .pipeline(pipeline))
                try await local.publish(event, to: .records)
            }
        case .said(_, let text):
            guard let told = ResourceNotice(text), told.node != node else { return }
            try await local.publish(told.event, to: .resources)
        }
    }

    private func note(_ lastIDs: [UUID: Int64]) { untold.withLock { $0.merge(lastIDs) { max($0, $1) } } }

    private func tell() async {
        while !Task.isCancelled {
            await signal.wait()
            var pause = Self.pause
            do {
                try await tellOnce()
            } catch {
                if Task.isCancelled { return }
                warn(error)
                signal.wake()
                pause = Self.longPause
            }
            do { try await Task.sleep(for: pause) } catch { return }
        }
    }

    private func tellOnce() async throws {
        let lastIDs = untold.withLock { untold in
            defer { untold = [:] }
            return untold
        }
        guard !lastIDs.isEmpty else { return }
        let (pairs, position) = (Array(lastIDs), database.lastPosition)
        let texts = stride(from: 0, to: pairs.count, by: AdvanceNotice.capacity).map { start in
            let part = pairs[start..<min(start + AdvanceNotice.capacity, pairs.count)]
            let notice = AdvanceNotice(
                node: node,
                position: position,
                lastIDs: Dictionary(uniqueKeysWithValues: part.map { ($0.key, $0.value) })
            )
            return notice.text
        }
        // Nothing is lost with it that a look at the state does not bring back, so it waits for no disk.
        let statement: SQLStatement = """
            SELECT set_config('synchronous_commit', 'off', true), pg_notify('dash_records', text) \
            FROM unnest(\(SQLValue.list(texts))) AS text
            """
        do {
            _ = try await database.plainConnection(within: Self.limit) { try $0.fetch(statement) }
        } catch {
            note(lastIDs)
            throw error
        }
    }

    private func warn(_ error: any Error) {
        logger.warning(
            "The other nodes could not be told of records",
            metadata: ["error": "\(String(reflecting: error))"]
        )
    }
}
