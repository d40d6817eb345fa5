import NIOCore

/// Sees on the connection itself that the browser has gone: nothing else would tell before the next write fails.
final class LiveConnection: ChannelInboundHandler {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny

    private let viewer: LiveViewer

    private init(_ viewer: LiveViewer) { self.viewer = viewer }

    static func attach(_ viewer: LiveViewer, to channel: any Channel) {
        channel.eventLoop.execute {
            do {
                try channel.pipeline.syncOperations.addHandler(LiveConnection(viewer))
            } catch {
                // The pipeline is gone, and with it the browser.
                viewer.leave()
            }
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { viewer.leave() }
        context.fireUserInboundEventTriggered(event)
    }

    // Not every handler before this one tells that the channel has become inactive; that it is removed each is told.
    func handlerRemoved(context: ChannelHandlerContext) { viewer.leave() }
}
