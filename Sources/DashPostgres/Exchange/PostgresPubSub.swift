public import DashExchange
import DashStorage
import FoundationEssentials
public import ServiceLifecycle

/// Publish and subscribe for nodes that share a database: changes of resources reach all of them, records stay on the
/// node that saved them.
public final class PostgresPubSub: PubSub, Service {
    private static let limit = Duration.seconds(5)

    private let database: PostgresDatabase
    private let notices: AsyncStream<PostgresNotice>
    private let local = MemoryPubSub()
    private let node = UUID()

    /// Make it before the notices run.
    public init(store: PostgresStore, notices: PostgresNotices) {
        database = store.database
        self.notices = notices.listen(to: [PostgresNotices.resources])
    }

    public func publish(_ event: ExchangeEvent, to channel: Channel) async throws {
        try await local.publish(event, to: channel)
        guard channel == .resources, let notice = ResourceNotice(event, from: node) else { return }
        let statement: SQLStatement = "SELECT pg_notify('dash_resources', \(notice.text))"
        _ = try await database.plainConnection(within: Self.limit) { try $0.fetch(statement) }
    }

    public func subscribe(to channels: Set<Channel>, buffering: Int) -> Subscription {
        local.subscribe(to: channels, buffering: buffering)
    }

    /// Hands on what other nodes say.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            for await notice in self.notices {
                switch notice {
                case .missed: self.local.lose(.resources)
                case .said(_, let text):
                    guard let told = ResourceNotice(text), told.node != self.node else { continue }
                    do { try await self.local.publish(told.event, to: .resources) } catch { return }
                }
            }
        }
    }
}
