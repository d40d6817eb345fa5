import AsyncHTTPClient
import DashJSON
import NIOCore
import NIOHTTP1
import Synchronization

/// An open stream of server-sent events and what came over it so far.
final class LiveStream: Sendable {
    private struct State {
        var text = ""
        var isOpen = true
    }

    private let state = Mutex(State())

    var isOpen: Bool { state.withLock(\.isOpen) }
    func has(_ text: String) -> Bool { state.withLock { $0.text.contains(text) } }

    /// Opens the stream, keeps reading while the closure runs, and closes it.
    static func with(_ http: HTTP, _ path: String, _ body: (LiveStream) async throws -> Void) async throws {
        var request = HTTPClientRequest(url: http.base + path)
        for (name, value) in http.headers { request.headers.add(name: name, value: value) }
        let response = try await http.client.execute(request, timeout: .hours(1))
        guard response.status == .ok else { throw TestDatabase.Refused(description: "\(path): \(response.status)") }
        let stream = LiveStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    for try await buffer in response.body {
                        stream.state.withLock { $0.text += String(buffer: buffer) }
                    }
                } catch {
                    // Closed by the test, or by the server: either way it is over.
                }
                stream.state.withLock { $0.isOpen = false }
            }
            defer { group.cancelAll() }
            try await body(stream)
        }
    }
}
