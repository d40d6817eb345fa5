import Hummingbird
import Synchronization

/// An upstream that answers nested JSON and counts its calls.
final class CountingUpstream: Sendable {
    private struct State {
        var calls = 0
        var byName: [String: Int] = [:]
    }

    private let state = Mutex(State())

    var calls: Int { state.withLock(\.calls) }
    /// Calls of `/value/{name}`.
    var callsByName: [String: Int] { state.withLock(\.byName) }

    var router: Router<BasicRequestContext> {
        let router = Router()
        router.get("value") { _, _ in self.answer(nil) }
        router.get("value/{name}") { _, context in self.answer(context.parameters.get("name")) }
        return router
    }

    private func answer(_ name: String?) -> Response {
        let call = state.withLock { state in
            state.calls += 1
            if let name { state.byName[name, default: 0] += 1 }
            return state.calls
        }
        let body = #"{"station":{"name":"North","readings":{"temperature":\#(20 + call % 10),"call":\#(call)}}}"#
        return Response(
            status: .ok,
            headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(string: body))
        )
    }
}
