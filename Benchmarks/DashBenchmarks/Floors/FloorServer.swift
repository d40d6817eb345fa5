import Hummingbird
import Logging
import Synchronization

/// Hummingbird with nothing behind it: what a POST, a start and an open event stream cost at least.
enum FloorServer {
    /// Everyone who listens to `/stream`.
    private final class Audience: Sendable {
        private let continuations = Mutex<[AsyncStream<ByteBuffer>.Continuation]>([])

        func join() -> AsyncStream<ByteBuffer> {
            let (stream, continuation) = AsyncStream<ByteBuffer>.makeStream(bufferingPolicy: .bufferingNewest(64))
            continuations.withLock { $0.append(continuation) }
            return stream
        }

        func send(_ bytes: ByteBuffer) {
            for continuation in continuations.withLock({ $0 }) { continuation.yield(bytes) }
        }
    }

    static func serve(port: Int) async throws {
        let audience = Audience()
        let router = Router()
        router.get("ready") { _, _ in HTTPResponse.Status.ok }
        router.post("post") { request, _ in
            _ = try await request.body.collect(upTo: 16 << 20)
            return Response(
                status: .accepted,
                headers: [.contentType: "application/json"],
                body: .init(byteBuffer: ByteBuffer(string: #"{"accepted":1,"quarantined":0,"duplicates":0}"#))
            )
        }
        router.post("publish") { request, _ in
            let text = String(buffer: try await request.body.collect(upTo: 1 << 20))
            audience.send(ByteBuffer(string: "data: \(text)\n\n"))
            return HTTPResponse.Status.accepted
        }
        router.get("stream") { _, _ in
            let stream = audience.join()
            return Response(
                status: .ok,
                headers: [.contentType: "text/event-stream"],
                body: .init { writer in
                    for await bytes in stream { try await writer.write(bytes) }
                    try await writer.finish(nil)
                }
            )
        }
        var logger = Logger(label: "floor")
        logger.logLevel = .critical
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: port), backlog: 4_096),
            logger: logger
        )
        try await application.runService()
    }

    /// Starts it as a process of its own.
    static func start() throws -> ServerProcess {
        try ServerProcess(BenchRun.program, { port, _ in ["floor-server", "--port", String(port)] }, ready: "/ready")
    }
}
