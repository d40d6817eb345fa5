import CLibpq
import DashModel
import DashStorage
import Glibc
public import Logging
public import ServiceLifecycle
import Synchronization

/// Listens, on one connection of its own, to what other nodes say with `NOTIFY`, and connects again when it breaks. By this
/// connection a copy sees that the database is served.
public final class PostgresNotices: Service {
    /// Queues that got jobs.
    public static let jobs = "dash_jobs"
    /// Rows of resources that were written or deleted.
    public static let resources = "dash_resources"
    /// How far pipelines have come.
    public static let records = "dash_records"

    /// How long the connection is listened to before the server is asked for a sign of life.
    private static let silence = Duration.seconds(10)
    private static let patience = Duration.seconds(3)
    private static let shortestPause = Duration.milliseconds(100)
    private static let longestPause = Duration.seconds(5)

    private let server: PostgresServer
    private let logger: Logger
    private let boxes = Mutex<[NoticeBox]>([])

    public init(url: String, logger: Logger) {
        server = PostgresServer(url: url)
        self.logger = logger
    }

    /// What is said on the channels from when `run()` listens. Call it before that. A listener more than `buffering`
    /// behind is told that it missed something.
    public func listen(to channels: Set<String>, buffering: Int = 1_024) -> AsyncStream<PostgresNotice> {
        let box = NoticeBox(channels: channels, buffering: buffering)
        boxes.withLock { $0.append(box) }
        return box.stream
    }

    /// The queues that got jobs, for whoever wakes their runners; nil: any may have.
    public func jobQueues() -> AsyncStream<String?> {
        let notices = listen(to: [Self.jobs])
        return AsyncStream { [notices] in
            var iterator = notices.makeAsyncIterator()
            switch await iterator.next() {
            case .said(_, let queue): return .some(queue)
            case .missed: return .some(nil)
            case nil: return nil
            }
        }
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            var pause = Self.shortestPause
            while !Task.isCancelled {
                do {
                    try await self.session { pause = Self.shortestPause }
                } catch is CancellationError {
                    break
                } catch {
                    self.logger.warning(
                        "the listening connection broke; connecting again",
                        metadata: ["server": "\(self.server.name)", "error": "\(String(reflecting: error))"]
                    )
                }
                do { try await Task.sleep(for: pause) } catch { break }
                pause = min(pause * 2, Self.longestPause)
            }
        }
        for box in boxes.withLock({ $0 }) { box.finish() }
    }

    /// One connection's life.
    private func session(_ isListening: () -> Void) async throws {
        let session = try await PostgresSession.open(server)
        do {
            try await withTaskCancellationHandler {
                try await session.run { connection in
                    connection.deadline = .now + Self.patience
                    guard try CopyClaim.announceNode(on: connection) else {
                        throw DashError(
                            .conflict,
                            "A copy into the database is running: it must not be served meanwhile."
                        )
                    }
                    for channel in [Self.jobs, Self.resources, Self.records] {
                        try connection.execute(SQLStatement(raw: "LISTEN \(channel)"))
                    }
                }
                isListening()
                // What was said before this moment was not heard.
                say(.missed)
                while true {
                    try Task.checkCancellation()
                    try await session.run { connection in try self.hear(connection) }
                }
            } onCancel: {
                session.interruption.interrupt()
            }
        } catch {
            await session.close()
            throw error
        }
    }

    /// Takes notices as they come until there was a silence, then makes sure that it is not the connection's.
    private func hear(_ connection: PostgresConnection) throws {
        let end = ContinuousClock.now + Self.silence
        while ContinuousClock.now < end, !connection.interruption.isInterrupted {
            guard connection.isAlive else { throw connection.lost() }
            takeNotices(connection)
            for box in boxes.withLock({ $0 }) { box.catchUp() }
            var socket = pollfd(fd: PQsocket(connection.handle), events: Int16(POLLIN), revents: 0)
            if poll(&socket, 1, 250) < 0, errno != EINTR { throw connection.lost() }
        }
        guard !connection.interruption.isInterrupted else { return }
        connection.deadline = .now + Self.patience
        try connection.execute("SELECT 1")
        takeNotices(connection)
    }

    private func takeNotices(_ connection: PostgresConnection) {
        while let notice = PQnotifies(connection.handle) {
            defer { PQfreemem(notice) }
            guard let channel = notice.pointee.relname, let payload = notice.pointee.extra else { continue }
            say(.said(channel: String(cString: channel), payload: String(cString: payload)))
        }
    }

    private func say(_ notice: PostgresNotice) {
        for box in boxes.withLock({ $0 }) { box.push(notice) }
    }
}
