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
