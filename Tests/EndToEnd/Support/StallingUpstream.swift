import Hummingbird
import Synchronization

/// A source that takes requests and leaves them without an answer.
final class StallingUpstream: Sendable {
    private let count = Mutex(0)

    var requests: Int { count.withLock { $0 } }

    var router: Router<BasicRequestContext> {
        let router = Router()
        router.get("/") { _, _ -> String in
            self.count.withLock { $0 += 1 }
            try await Task.sleep(for: .seconds(120))
            return ""
        }
        return router
    }
}
