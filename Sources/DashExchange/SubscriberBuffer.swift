/// What one subscriber has not read yet: the newest events, and whether older ones were lost.
struct SubscriberBuffer {
    private let capacity: Int
    private var events: [ExchangeEvent?] = []
    private var head = 0
    private var hasLost = false

    init(capacity: Int) { self.capacity = capacity }

    mutating func push(_ event: ExchangeEvent) {
        events.append(event)
        guard events.count - head > capacity else { return }
        events[head] = nil
        head += 1
        hasLost = true
        compact()
    }

    /// Events were lost before they came here.
    mutating func lose() { hasLost = true }

    mutating func pop() -> Subscription.Element? {
        if hasLost {
            hasLost = false
            return .lagged
        }
        guard head < events.count, let event = events[head] else { return nil }
        events[head] = nil
        head += 1
        compact()
        return .event(event)
    }

    private mutating func compact() {
        guard head == events.count || head > 2 * capacity else { return }
        events.removeFirst(head)
        head = 0
    }
}
