import DashPipeline
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import DashWeb

/// A guarded connection without a socket, whose time the test moves.
final class GuardedPipe {
    let channel = EmbeddedChannel()
    let metrics = MetricsRegistry()
    let border: Border
    private let requests = RequestLog()

    init(
        times: ConnectionTimes = ConnectionTimes(),
        limits: BorderLimits = BorderLimits(),
        border: Border? = nil,
        proxies: TrustedProxies = TrustedProxies([]),
        from address: String = "203.0.113.7"
    ) throws {
        self.border = border ?? Border(limits: limits)
        let pipeline = channel.pipeline.syncOperations
        try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false, withErrorHandling: false)
        try pipeline.addHandler(requests)
        let connections = Connections(border: self.border, times: times, proxies: proxies, metrics: metrics)
        try GuardedChannel.guard(pipeline, connections)
        try channel.connect(to: SocketAddress(ipAddress: address, port: 4_711)).wait()
        channel.read()
    }

    var isOpen: Bool { channel.isActive }
    /// The parts that came through to who answers.
    var parts: [HTTPServerRequestPart] { requests.parts }

    func wait(_ duration: Duration) { channel.embeddedEventLoop.advanceTime(by: TimeAmount(duration)) }

    /// The peer sends; then more is asked for, as a channel does by itself.
    func send(_ text: String, asksOn: Bool = true) throws {
        // A closed channel takes nothing.
        guard channel.isActive else { return }
        try channel.writeInbound(ByteBuffer(string: text))
        if asksOn { channel.read() }
    }

    /// The peer sends it in two pieces, of which either may be nothing.
    func send(in text: String, cutAt cut: Int) throws {
        let bytes = Array(text.utf8)
        for piece in [bytes[..<cut], bytes[cut...]] where !piece.isEmpty {
            try send(String(decoding: piece, as: UTF8.self))
        }
    }

    /// Answers each request that has come as a whole, and forgets the answers.
    func answerAll() throws {
        for part in parts { if case .end = part { answer() } }
        _ = try heard()
    }

    func answer(
        _ status: HTTPResponseStatus = .ok,
        _ headers: HTTPHeaders = ["content-length": "2"],
        _ body: String = "{}"
    ) {
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        write(.head(head))
        write(.body(.byteBuffer(ByteBuffer(string: body))))
        write(.end(nil))
        channel.pipeline.syncOperations.flush()
    }

    /// Leaves the part with us, as what a reader does not take.
    func write(_ part: HTTPServerResponsePart) {
        channel.pipeline.syncOperations.write(NIOAny(part), promise: nil)
    }

    /// What the peer has got since the last call.
    func heard() throws -> String {
        var text = ""
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: bytes) }
        return text
    }

    func timedOut(for what: String) -> Bool {
        metrics.render().contains("dash_connections_timed_out_total{for=\"\(what)\"} 1\n")
    }

    private final class RequestLog: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        var parts: [HTTPServerRequestPart] = []

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { parts.append(unwrapInboundIn(data)) }
        func errorCaught(context: ChannelHandlerContext, error: any Error) {}
    }
}
