import Hummingbird
import Logging

/// An HTTP server inside the test: an upstream to poll, a receiver for a sink.
enum WebServer {
    /// Serves while the closure runs; it gets the port.
    static func with<Value: Sendable>(
        _ router: Router<BasicRequestContext>,
        port: Int = 0,
        _ body: (Int) async throws -> Value
    ) async throws -> Value {
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        var logger = Logger(label: "test-server")
        logger.logLevel = .critical
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { channel in
                continuation.yield(channel.localAddress?.port ?? 0)
                continuation.finish()
            },
            logger: logger
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.runService(gracefulShutdownSignals: []) }
            defer { group.cancelAll() }
            var port = 0
            for await bound in ports { port = bound }
            return try await body(port)
        }
    }
}
