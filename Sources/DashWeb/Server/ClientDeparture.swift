import FoundationEssentials
import NIOCore

/// Sees on the connection itself that the client has gone, so that nothing is computed for nobody.
final class ClientDeparture: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny

    private let gone: Wakeup

    private init(_ gone: Wakeup) { self.gone = gone }

    /// Runs the body, cancelled as soon as the client is gone.
    static func cancelling<Value: Sendable>(
        on channel: any Channel,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let gone = Wakeup()
        let name = "departure-" + UUID().uuidString
        channel.eventLoop.execute {
            do {
                try channel.pipeline.syncOperations.addHandler(ClientDeparture(gone), name: name)
            } catch {
                // The pipeline is gone, and with it the client.
                gone.signal()
            }
        }
        // A pipeline that is gone took it along.
        defer { channel.pipeline.removeHandler(name: name, promise: nil) }
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                await gone.wait()
                return nil
            }
            while let ended = try await group.next() {
                group.cancelAll()
                if let ended { return ended }
            }
            throw CancellationError()
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { gone.signal() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        gone.signal()
        context.fireChannelInactive()
    }
}
