import DashModel
import FoundationEssentials
import NIOCore

/// Sees on the connection itself that the client has gone, so that nothing is computed for nobody.
final class ClientDeparture: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny

    private let gone: WakeSignal

    private init(_ gone: WakeSignal) { self.gone = gone }

    /// Signals when the client goes, until the watch ends.
    static func watch(_ channel: any Channel, _ gone: WakeSignal) -> Watch {
        let name = "departure-" + UUID().uuidString
        channel.eventLoop.execute {
            do {
                try channel.pipeline.syncOperations.addHandler(ClientDeparture(gone), name: name)
            } catch {
                // The pipeline is gone, and with it the client.
                gone.wake()
            }
        }
        return Watch(channel: channel, name: name)
    }

    struct Watch: Sendable {
        fileprivate let channel: any Channel
        fileprivate let name: String

        /// A pipeline that is gone took the handler along.
        func end() { channel.pipeline.removeHandler(name: name, promise: nil) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { gone.wake() }
        context.fireUserInboundEventTriggered(event)
    }

    // Not every handler before this one tells that the channel has become inactive; that it is removed each is told.
    func handlerRemoved(context: ChannelHandlerContext) { gone.wake() }
}
