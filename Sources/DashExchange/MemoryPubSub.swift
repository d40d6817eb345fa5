import DashModel
import Synchronization

/// Publish and subscribe within one node. Each subscriber has a bounded buffer of its own, so none slows another.
public final class MemoryPubSub: PubSub {
    private struct Subscribers {
        var boxes: [Int: SubscriberBox] = [:]
        var channels: [Channel: [Int]] = [:]
        var nextID = 0
    }

    private let subscribers = Mutex(Subscribers())

    public init() {}

    public func publish(_ event: ExchangeEvent, to channel: Channel) async throws {
        for box in boxes(of: channel) { box.push(event) }
    }

    /// Tells a channel's subscribers that events from elsewhere were lost.
    public func lose(_ channel: Channel) {
        for box in boxes(of: channel) { box.lose() }
    }

    /// Tells the subscribers of all records that events from elsewhere were lost.
    public func loseRecords() {
        let boxes = subscribers.withLock { state in
            let numbers = Set(state.channels.filter { $0.key.carriesRecords }.values.joined())
            return numbers.compactMap { state.boxes[$0] }
        }
        for box in boxes { box.lose() }
    }

    private func boxes(of channel: Channel) -> [SubscriberBox] {
        subscribers.withLock { state in (state.channels[channel] ?? []).compactMap { state.boxes[$0] } }
    }

    public func subscribe(to channels: Set<Channel>, buffering: Int) -> Subscription {
        let box = SubscriberBox(capacity: max(1, buffering))
        let id = subscribers.withLock { state in
            state.nextID += 1
            state.boxes[state.nextID] = box
            for channel in channels { state.channels[channel, default: []].append(state.nextID) }
            return state.nextID
        }
        let ending = SubscriptionEnding { [weak self] in self?.remove(id, from: channels) }
        return Subscription(AsyncStream { await ending.holding { await box.next() } })
    }

    /// How many subscriptions are alive.
    public var subscriberCount: Int { subscribers.withLock { $0.boxes.count } }

    private func remove(_ id: Int, from channels: Set<Channel>) {
        subscribers.withLock { state in
            state.boxes[id] = nil
            for channel in channels {
                state.channels[channel]?.removeAll { $0 == id }
                if state.channels[channel]?.isEmpty == true { state.channels[channel] = nil }
            }
        }
    }
}
