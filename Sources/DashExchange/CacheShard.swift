import DashModel
import FoundationEssentials

/// One shard of `MemoryCache`: the entries of its pipelines, within a bound of bytes.
struct CacheShard {
    private let capacity: Int
    private let byteLimit: Int
    private var entries: [UUID: CacheEntry] = [:]
    private var clock: UInt64 = 0
    private(set) var byteCount = 0

    init(capacity: Int, byteLimit: Int) {
        self.capacity = capacity
        self.byteLimit = byteLimit
    }

    mutating func append(_ batch: CommittedBatch) {
        change(batch.batch.pipeline) { $0.append(batch) }
    }

    mutating func fill(_ pipeline: UUID, with records: [Record]) {
        change(pipeline) { $0.fill(records) }
    }

    /// nil also for an entry that has fewer records than asked for and was never filled.
    func latest(of pipeline: UUID, limit: Int) -> [Record]? {
        entries[pipeline]?.latest(min(limit, capacity))
    }

    mutating func remove(_ pipeline: UUID) {
        byteCount -= entries.removeValue(forKey: pipeline)?.byteCount ?? 0
    }

    private mutating func change(_ pipeline: UUID, _ body: (inout CacheEntry) -> Void) {
        clock += 1
        var entry = entries.removeValue(forKey: pipeline) ?? CacheEntry(capacity: capacity)
        byteCount -= entry.byteCount
        body(&entry)
        entry.lastUsed = clock
        byteCount += entry.byteCount
        entries[pipeline] = entry
        evict(sparing: pipeline)
    }

    private mutating func evict(sparing pipeline: UUID) {
        while byteCount > byteLimit, entries.count > 1 {
            let oldest = entries.lazy.filter { $0.key != pipeline }.min { $0.value.lastUsed < $1.value.lastUsed }
            guard let oldest else { return }
            remove(oldest.key)
        }
    }
}
