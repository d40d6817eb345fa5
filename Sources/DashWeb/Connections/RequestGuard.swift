import DashAPI
import HTTPTypes
import NIOCore
import NIOHTTP1

/// Watches the requests and answers on a connection: says `100 Continue` when the body is wanted, and ends a connection
/// whose client or whose unread body asks for it.
final class RequestGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Somebody begins to read the body of the request that is answered now.
    struct BodyWanted: Sendable {}

    private struct Exchange {
        /// Of before HTTP/1.1.
        var isOld: Bool
        var isLast: Bool
        /// The client sends its body only when it is told to.
        var awaitsWord: Bool
        var isRead = false
        var hasAnswer = false
    }

    /// An unread rest of a body that is thrown away rather than the connection.
    private static let smallRest = 64 << 10

    private let connection: ConnectionGuard
    private var context: ChannelHandlerContext?
    /// Requests without their whole answer, the first of them being answered, the last being read.
    private var exchanges = CircularBuffer<Exchange>(initialCapacity: 1)
    /// What is still to come of the body; nil: nobody knows.
    private var bodyLeft: Int? = 0
    private var isClosing = false

    init(_ connection: ConnectionGuard) { self.connection = connection }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        connection.onSlowRequest = { [weak self] in self?.endSlowRequest() }
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            begin(head)
        case .body(let bytes):
            bodyLeft = bodyLeft.map { $0 - bytes.readableBytes }
            connection.bodyCame(bytes.readableBytes)
            if let last = exchanges.indices.last { exchanges[last].awaitsWord = false }
        case .end:
            if let last = exchanges.indices.last {
                exchanges[last].isRead = true
                exchanges[last].awaitsWord = false
            }
            connection.requestEnded()
        }
        context.fireChannelRead(data)
    }

    private func begin(_ head: HTTPRequestHead) {
        let isChunked = head.headers.contains(name: "transfer-encoding")
        bodyLeft = isChunked ? nil : head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        let isOld = head.version.major < 1 || head.version.major == 1 && head.version.minor < 1
        let awaitsWord =
            !isOld && bodyLeft != 0
            && head.headers.first(name: "expect").map { Expectation($0) } == .continue
        exchanges.append(
            Exchange(
                isOld: isOld,
                // A client of before 1.1 that keeps connections asks for what we need not give.
                isLast: !head.isKeepAlive || isOld,
                awaitsWord: awaitsWord
            )
        )
        connection.requestBegan(awaitsWord: awaitsWord, bodyLength: bodyLeft)
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is BodyWanted else { return context.triggerUserOutboundEvent(event, promise: promise) }
        if !isClosing, let first = exchanges.first, first.awaitsWord, !first.hasAnswer {
            exchanges[exchanges.startIndex].awaitsWord = false
            let word = HTTPResponseHead(version: .http1_1, status: .continue)
            context.writeAndFlush(wrapOutboundOut(.head(word)), promise: nil)
            connection.bodyInvited()
        }
        promise?.succeed()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isClosing else {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(let head) where head.status.code >= 200:
            context.write(wrapOutboundOut(.head(answer(head))), promise: promise)
        case .head, .body:
            context.write(data, promise: promise)
        case .end:
            // An answer without a request is that to something which was none.
            let isLast = exchanges.popFirst()?.isLast ?? true
            context.write(data, promise: promise)
            connection.answerEnded()
            guard isLast else { return }
            isClosing = true
            context.flush()
            connection.part()
        }
    }

    private func answer(_ head: HTTPResponseHead) -> HTTPResponseHead {
        connection.answerBegan(
            isStream: head.headers.first(name: "content-type")?.hasPrefix("text/event-stream") == true
        )
        guard var exchange = exchanges.first else { return head }
        var head = head
        exchange.hasAnswer = true
        if !exchange.isRead, exchange.awaitsWord || bodyLeft.map({ $0 > Self.smallRest }) ?? true {
            exchange.isLast = true
        }
        if exchange.isLast { head.headers.replaceOrAdd(name: "connection", value: "close") }
        if exchange.isOld { head.version = .http1_0 }
        exchanges[exchanges.startIndex] = exchange
        return head
    }

    /// The request did not come to its end in time: who sends it is told, unless an answer is on its way already.
    private func endSlowRequest() {
        defer { connection.close() }
        guard let context, !isClosing, exchanges.first?.hasAnswer != true, exchanges.count < 2 else { return }
        isClosing = true
        let problem = ProblemDetails(
            status: .requestTimeout,
            code: "request_timeout",
            title: "Request timeout",
            detail: "The request did not arrive in time; nothing of it was kept."
        )
        let body = ByteBuffer(bytes: problem.encoded())
        let headers: HTTPHeaders = [
            "content-type": "application/problem+json", "content-length": String(body.readableBytes),
            "connection": "close",
        ]
        let head = HTTPResponseHead(version: .http1_1, status: .requestTimeout, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
