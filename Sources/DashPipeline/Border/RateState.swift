/// Token buckets in a bounded table. Only buckets that are full again are forgotten, so nobody who is over a limit is let
/// in anew by a crowd; while the table is full of others, strangers share one bucket.
struct RateState<Key: Hashable & Sendable>: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct Bucket {
        var level: Double
        var time: Instant
        var limit: RateLimit

        /// Filled by the time that has passed.
        mutating func fill(_ now: Instant) {
            let passed = max(.zero, now - time) / limit.window
            level = min(Double(limit.quota), level + passed * Double(limit.quota))
            time = now
        }
    }

    private let capacity: Int
    private var buckets: [Key: Bucket] = [:]
    /// Of those for whom there was no room.
    private var strangers: [RateLimit: Bucket] = [:]
    private var lastSweep: Instant?

    init(capacity: Int) { self.capacity = max(1, capacity) }

    var count: Int { buckets.count }

    /// Takes from the bucket when it holds enough; without `takes`, only looks.
    mutating func take(_ key: Key, _ limit: RateLimit, cost: Int = 1, takes: Bool = true, now: Instant) -> RateStatus {
        let new = Bucket(level: Double(limit.quota), time: now, limit: limit)
        let known = buckets[key] ?? (hasRoom(now) ? new : nil)
        var bucket = known ?? strangers[limit] ?? new
        if bucket.limit != limit {
            bucket.level = min(bucket.level, Double(limit.quota))
            bucket.limit = limit
        }
        bucket.fill(now)
        // What costs more than the bucket holds is let through by a full one.
        let needed = min(Double(cost), Double(limit.quota))
        let isAllowed = bucket.level >= needed
        if isAllowed, takes { bucket.level -= needed }
        if known != nil { buckets[key] = bucket } else { strangers[limit] = bucket }
        let missing = Double(limit.quota) - bucket.level
        return RateStatus(
            limit: limit,
            isAllowed: isAllowed,
            remaining: Int(bucket.level),
            reset: limit.window * (missing / Double(limit.quota)),
            retryAfter: isAllowed ? .zero : limit.window * ((needed - bucket.level) / Double(limit.quota))
        )
    }

    /// Makes the bucket full again.
    mutating func forgive(_ key: Key) { buckets[key] = nil }

    /// Puts one back. Who shares the strangers' bucket gets nothing back: it is not theirs alone.
    mutating func giveBack(_ key: Key) {
        guard var bucket = buckets[key] else { return }
        bucket.level = min(Double(bucket.limit.quota), bucket.level + 1)
        buckets[key] = bucket
    }

    private mutating func hasRoom(_ now: Instant) -> Bool {
        if buckets.count < capacity { return true }
        // A sweep looks at all of them: once a second is enough.
        if let lastSweep, now - lastSweep < .seconds(1) { return false }
        lastSweep = now
        buckets = buckets.filter { entry in
            var bucket = entry.value
            bucket.fill(now)
            return bucket.level < Double(bucket.limit.quota)
        }
        return buckets.count < capacity
    }
}
