import DashModel

/// Token buckets in a bounded table. Only buckets that are full again are forgotten, so nobody who is over a limit is let
/// in anew by a crowd; while the table is full of others, strangers share one bucket.
struct RateState<Key: Hashable & Sendable>: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct Bucket {
        var level: Double
        var time: Instant
        var quota: Double
        var perMicrosecond: Double

        init(_ limit: RateLimit, now: Instant) {
            quota = Double(limit.quota)
            level = quota
            perMicrosecond = quota / limit.microseconds
            time = now
        }

        /// Filled by the time that has passed.
        mutating func fill(_ now: Instant) {
            level = min(quota, level + Double(max(0, (now - time).microseconds)) * perMicrosecond)
            time = now
        }

        /// How long it takes to gain so much.
        func time(for amount: Double) -> Duration { .microseconds(Int64((amount / perMicrosecond).rounded(.up))) }
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
        let new = Bucket(limit, now: now)
        let known = buckets[key] ?? (hasRoom(now) ? new : nil)
        var bucket = known ?? strangers[limit] ?? new
        // Settings may have changed the limit meanwhile.
        (bucket.quota, bucket.perMicrosecond) = (new.quota, new.perMicrosecond)
        bucket.fill(now)
        // What costs more than the bucket holds is let through by a full one.
        let needed = min(Double(cost), bucket.quota)
        let isAllowed = bucket.level >= needed
        if isAllowed, takes { bucket.level -= needed }
        if known != nil { buckets[key] = bucket } else { strangers[limit] = bucket }
        return RateStatus(
            limit: limit,
            isAllowed: isAllowed,
            remaining: Int(bucket.level),
            reset: bucket.time(for: bucket.quota - bucket.level),
            retryAfter: isAllowed ? .zero : bucket.time(for: needed - bucket.level)
        )
    }

    /// Makes the bucket full again.
    mutating func forgive(_ key: Key) { buckets[key] = nil }

    /// Puts one back. Who shares the strangers' bucket gets nothing back: it is not theirs alone.
    mutating func giveBack(_ key: Key) {
        guard var bucket = buckets[key] else { return }
        bucket.level = min(bucket.quota, bucket.level + 1)
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
            return bucket.level < bucket.quota
        }
        return buckets.count < capacity
    }
}
