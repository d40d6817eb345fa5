public import DashModel
public import FoundationEssentials

/// What nodes tell one another.
public enum ExchangeEvent: Sendable, Hashable {
    /// Records of a pipeline are durable.
    case committed(CommittedBatch)
    /// A row of a resource was written or deleted; `parent` is the pipeline or dashboard it belongs to.
    case changed(resource: String, id: UUID, team: UUID?, parent: UUID?)
}

/// Messages by channel, to every subscriber at that moment, in the order they were published on one node.
public protocol PubSub: Sendable {
    func publish(_ event: ExchangeEvent, to channel: Channel) async throws

    /// The channel's events from now on. A subscriber that falls more than `buffering` events behind loses the oldest;
    /// the first event after a loss is `.lagged`.
    func subscribe(to channels: Set<Channel>, buffering: Int) -> Subscription
}

/// `pipeline:<id>`, `jobs`, `deliveries` or `resources`.
public struct Channel: Sendable, Hashable, CustomStringConvertible {
    public var description: String

    public init(_ name: String) { description = name }

    /// `committed` events of one pipeline.
    public static func pipeline(_ id: UUID) -> Channel { Channel("pipeline:\(id.text)") }
    /// `committed` events of every pipeline.
    public static let records = Channel("records")
    /// `changed` events of every resource.
    public static let resources = Channel("resources")
}

/// The stream of a subscription; it ends when it is no longer iterated.
public struct Subscription: AsyncSequence, Sendable {
    public enum Element: Sendable, Hashable {
        case event(ExchangeEvent)
        /// Events were lost: look again at the state.
        case lagged
    }
    public typealias Failure = Never

    private let stream: AsyncStream<Element>

    public init(_ stream: AsyncStream<Element>) { self.stream = stream }

    public func makeAsyncIterator() -> AsyncStream<Element>.Iterator { stream.makeAsyncIterator() }
}
