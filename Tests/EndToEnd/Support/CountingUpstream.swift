import Hummingbird
import Synchronization

/// An upstream that answers nested JSON and counts its calls.
final class CountingUpstream: Sendable {
    private let count = Mutex(0)

    var calls: Int { count.withLock { $0 } }

    var router: Router<BasicRequestContext> {
        let router = Router()
        router.get("value") { _, _ in
            let call = self.count.withLock { count in
                count += 1
                return count
            }
            let body = #"{"station":{"name":"North","readings":{"temperature":\#(20 + call % 10),"call":\#(call)}}}"#
            return Response(
                status: .ok,
                headers: [.contentType: "application/json"],
                body: .init(byteBuffer: ByteBuffer(string: body))
            )
        }
        return router
    }
}
