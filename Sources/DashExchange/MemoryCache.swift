public import DashModel
public import FoundationEssentials
import Synchronization

/// The hot records of an embedded node, in memory. Sharded, so that pipelines hardly ever wait for one another.
public final class MemoryCache: Cache {
    public let capacity: Int
    public let isShared = false

    private final class Shard: Sendable {
        let state: Mutex<CacheShard>
        init(capacity: Int, byteLimit: Int) {
            state = Mutex(CacheShard(capacity: capacity, byteLimit: byteLimit))
        }
    }

    private let shards: [Shard]

    /// `byteLimit` bounds all pipelines together; beyond it those that were quiet longest fall out.
    public init(capacity: Int = 100, byteLimit: Int = 128 << 20, shards count: Int = 16) {
        self.capacity = capacity
        shards = (0..<max(1, count)).map { _ in
            Shard(capacity: capacity, byteLimit: byteLimit / max(1, count))
        }
    }

    public func append(_ batch: CommittedBatch) async throws {
        guard !batch.batch.records.isEmpty else { return }
        shard(of: batch.batch.pipeline).state.withLock { $0.append(batch) }
    }

    public func latest(of pipeline: UUID, limit: Int) async throws -> [Record]? {
        shard(of: pipeline).state.withLock { $0.latest(of: pipeline, limit: limit) }
    }

    public func fill(_ pipeline: UUID, with records: [Record]) async throws {
        shard(of: pipeline).state.withLock { $0.fill(pipeline, with: records) }
    }

    public func remove(_ pipeline: UUID) async throws {
        shard(of: pipeline).state.withLock { $0.remove(pipeline) }
    }

    /// The bytes of all kept records, for the metrics.
    public var byteCount: Int { shards.reduce(0) { $0 + $1.state.withLock(\.byteCount) } }

    private func shard(of pipeline: UUID) -> Shard {
        shards[Int(UInt(bitPattern: pipeline.hashValue) % UInt(shards.count))]
    }
}
