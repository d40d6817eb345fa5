import DashModel
import DashPipeline
import NIOCore

/// Watches a connection's bytes, at its outer end: takes it in or refuses it, and ends it when its peer keeps us waiting.
final class ConnectionGuard: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private let connections: Connections
    private var state: ConnectionState
    private var rest = RequestRest()
    private var context: ChannelHandlerContext?
    private var place: Connections.Place?
    private var hasStarted = false
    private var written = 0
    private var timer: Scheduled<Void>?
    private var timerAt: NIODeadline?
    /// Ends a request that is overdue with a word, when there is one.
    var onSlowRequest: (() -> Void)?

    init(_ connections: Connections) {
        self.connections = connections
        state = ConnectionState(connections.times, now: .distantFuture)
    }

    // MARK: What the requests on it tell

    /// `bodyLength`: nil when it is told by the body itself.
    func requestBegan(awaitsWord: Bool, bodyLength: Int?) {
        rest.begin(hasLength: bodyLength != nil)
        change { $0.begin(awaitsWord: awaitsWord, $1) }
    }
    func bodyCame(_ bytes: Int) { rest.body(bytes) }
    func requestEnded() {
        rest.end()
        change { $0.finish($1) }
    }
    func bodyInvited() { change { $0.invite($1) } }
    func answerBegan(isStream: Bool) { state.isStream = isStream }
    func answerEnded() { change { $0.answered($1) } }

    /// Nothing more is said: the peer gets what was written, what it still sends is thrown away, and it has a moment to
    /// close.
    func part() {
        guard let context, !state.isParting else { return }
        change { $0.part($1) }
        context.close(mode: .output, promise: nil)
        if !state.isAsking { context.read() }
    }

    func close() { context?.close(promise: nil) }

    // MARK: The channel's life

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { start(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    func channelActive(context: ChannelHandlerContext) {
        start(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    private func start(_ context: ChannelHandlerContext) {
        guard !hasStarted else { return }
        hasStarted = true
        state = ConnectionState(connections.times, now: context.eventLoop.now)
        do throws(DashError) {
            place = try connections.enter(context.channel.remoteAddress)
            arm()
        } catch {
            let answer = RefusedConnection.answer(error)
            context.writeAndFlush(wrapOutboundOut(.byteBuffer(answer)), promise: nil)
            part()
        }
    }

    private func leave() {
        place?.leave()
        place = nil
        timer?.cancel()
        timer = nil
        context = nil
        onSlowRequest = nil
    }

    // MARK: Bytes

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !state.isParting else { return }
        let bytes = unwrapInboundIn(data)
        state.take(bytes.readableBytes, context.eventLoop.now)
        context.fireChannelRead(data)
        // The parser keeps to itself that the next request has begun.
        if rest.remains(of: bytes) { state.take(0, context.eventLoop.now) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        state.pause(context.eventLoop.now)
        context.fireChannelReadComplete()
        if state.isParting, !state.isAsking { context.read() }
        arm()
    }

    func read(context: ChannelHandlerContext) {
        change { $0.ask($1) }
        context.read()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !state.isParting else {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        written &+= unwrapOutboundIn(data).readableBytes
        context.write(data, promise: promise)
    }

    func flush(context: ChannelHandlerContext) {
        context.flush()
        // What is small and no stream has gone at once or goes with the next request's time.
        if state.isStream || !context.channel.isWritable { look(context) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        look(context)
        context.fireChannelWritabilityChanged()
    }

    private func look(_ context: ChannelHandlerContext) {
        // A channel that has closed meanwhile has nothing to tell.
        guard let buffered = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes) else { return }
        change { $0.hold(buffered, of: written, $1) }
    }

    // MARK: Time

    private func change(_ change: (inout ConnectionState, NIODeadline) -> Void) {
        guard let context else { return }
        change(&state, context.eventLoop.now)
        arm()
    }

    /// One timer a connection, which is moved only towards the present: most of what it waits for comes in time.
    private func arm() {
        guard let context, let next = state.next else { return }
        if let timerAt, timer != nil, timerAt <= next.at { return }
        timer?.cancel()
        timerAt = next.at
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: next.at) { self.ring() }
    }

    private func ring() {
        timer = nil
        guard let context else { return }
        look(context)
        guard let overdue = state.overdue(context.eventLoop.now) else { return arm() }
        connections.count(overdue)
        switch overdue {
        case .head where state.isInHead, .body: onSlowRequest?() ?? close()
        case .head, .idle, .answer, .parting: close()
        }
    }
}
