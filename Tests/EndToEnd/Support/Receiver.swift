import DashJSON
import Hummingbird
import Synchronization

/// What a webhook sink delivers to: keeps every record it accepted, in order, and can be told to fail.
final class Receiver: Sendable {
    private struct State {
        var isDown = false
        var records: [JSONValue] = []
        var deliveries: Set<String> = []
        var refused = 0
    }

    private let state = Mutex(State())

    var isDown: Bool {
        get { state.withLock(\.isDown) }
        set { state.withLock { $0.isDown = newValue } }
    }
    var records: [JSONValue] { state.withLock(\.records) }
    var refused: Int { state.withLock(\.refused) }

    /// The records without those of a delivery that came again.
    var router: Router<BasicRequestContext> {
        let router = Router()
        router.post("hook") { request, _ in
            let body = try await request.body.collect(upTo: 32 << 20)
            let delivery = request.headers[values: .init("webhook-id") ?? .accept].first ?? ""
            return Response(
                status: self.take(Array(body.readableBytesView), delivery: delivery) ? .ok : .serviceUnavailable
            )
        }
        return router
    }

    private func take(_ body: [UInt8], delivery: String) -> Bool {
        state.withLock { state in
            guard !state.isDown, let value = try? JSONValue(parsing: body) else {
                state.refused += 1
                return false
            }
            if delivery.isEmpty || state.deliveries.insert(delivery).inserted {
                state.records += Self.records(in: value)
            }
            return true
        }
    }

    /// A delivery is an array of records, or an envelope around one.
    private static func records(in value: JSONValue) -> [JSONValue] {
        value.arrayValue ?? value["records"]?.arrayValue ?? value["data"]?.arrayValue ?? [value]
    }
}
