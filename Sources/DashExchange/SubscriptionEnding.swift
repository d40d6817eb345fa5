/// Lives as long as the stream that holds it, and tells when that is over.
final class SubscriptionEnding: Sendable {
    private let onEnd: @Sendable () -> Void

    init(onEnd: @escaping @Sendable () -> Void) { self.onEnd = onEnd }

    deinit { onEnd() }

    func holding<Value>(_ body: () async -> Value) async -> Value {
        let value = await body()
        withExtendedLifetime(self) {}
        return value
    }
}
