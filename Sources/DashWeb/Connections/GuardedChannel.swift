import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// An HTTP/1.1 connection under guard: what the library leaves to whoever connects has its limits here.
struct GuardedChannel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    private let base: HTTP1Channel
    private let connections: Connections

    init(_ connections: Connections, responder: @escaping HTTPChannelHandler.Responder) {
        self.connections = connections
        base = HTTP1Channel(responder: responder)
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let connections = connections
        return base.setup(channel: channel, logger: logger).flatMapThrowing { value in
            try Self.guard(channel.pipeline.syncOperations, connections)
            return value
        }
    }

    func handle(value: Value, logger: Logger) async { await base.handle(value: value, logger: logger) }

    /// Bytes are watched at the outer end, messages where they are still HTTP's own, with their version.
    static func `guard`(_ pipeline: ChannelPipeline.SynchronousOperations, _ connections: Connections) throws {
        let connection = ConnectionGuard(connections)
        let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
        try pipeline.addHandler(RequestGuard(connection), position: .after(decoder))
        try pipeline.addHandler(connection, position: .first)
    }
}
