import DashJSON
import DashModel
import DashPipeline
import Synchronization

/// A source that answers with a script, and remembers what it was asked.
final class SourceProbe: Source {
    private struct State {
        var requests: [FetchRequest] = []
        var answer: @Sendable (FetchRequest, Int) async throws -> FetchedBody
    }

    private let state: Mutex<State>

    init(_ answer: @escaping @Sendable (FetchRequest, Int) async throws -> FetchedBody) {
        state = Mutex(State(answer: answer))
    }

    convenience init(body: String) { self.init { _, _ in FetchedBody(bytes: Array(body.utf8)) } }

    var requests: [FetchRequest] { state.withLock(\.requests) }

    func answer(_ answer: @escaping @Sendable (FetchRequest, Int) async throws -> FetchedBody) {
        state.withLock { $0.answer = answer }
    }

    func fetch(_ request: FetchRequest) async throws -> FetchedBody {
        let (answer, count) = state.withLock { state in
            state.requests.append(request)
            return (state.answer, state.requests.count)
        }
        return try await answer(request, count)
    }

    func kind(_ name: String = "probe") -> SourceKind {
        SourceKind(name: name, title: name, summary: "", pipelineType: "polling", fields: [], make: { _ in self })
    }
}
