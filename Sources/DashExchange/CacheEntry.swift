import DashModel

/// The newest records of one pipeline, as slices of the batches they came in.
struct CacheEntry {
    struct Chunk {
        var firstID: Int64
        var receivedAt: Timestamp
        var records: RecordBytes
    }

    private let capacity: Int
    private var chunks: [Chunk] = []
    private var recordCount = 0
    /// Whether everything older than the first chunk is known to be beyond the capacity or not to exist.
    private var isComplete = false
    private(set) var byteCount = 0
    var lastUsed: UInt64 = 0

    init(capacity: Int) { self.capacity = capacity }

    mutating func append(_ batch: CommittedBatch) {
        let kept = min(batch.batch.records.count, capacity)
        let chunk = Chunk(
            firstID: batch.lastID - Int64(kept) + 1,
            receivedAt: batch.batch.receivedAt,
            records: batch.batch.records.compacted(last: kept)
        )
        chunks.append(chunk)
        recordCount += kept
        byteCount += chunk.records.bytes.count
        trim()
    }

    /// Puts records that are older than what is here in front of it.
    mutating func fill(_ records: [Record]) {
        let first = chunks.first?.firstID ?? Int64.max
        let older = records.filter { $0.id < first }.suffix(max(0, capacity - recordCount))
        chunks.insert(contentsOf: Self.chunks(of: older), at: 0)
        recordCount += older.count
        byteCount += older.reduce(0) { $0 + $1.data.count }
        isComplete = true
    }

    func latest(_ limit: Int) -> [Record]? {
        guard isComplete || recordCount >= limit else { return nil }
        var result: [Record] = []
        result.reserveCapacity(min(limit, recordCount))
        var skip = max(0, recordCount - limit)
        for chunk in chunks {
            let count = chunk.records.count
            for index in min(skip, count)..<count {
                result.append(
                    Record(id: chunk.firstID + Int64(index), ingestedAt: chunk.receivedAt, data: chunk.records[index])
                )
            }
            skip = max(0, skip - count)
        }
        return result
    }

    /// Drops what is beyond the capacity; a chunk of which a part is needed is cut, so that it keeps no other bytes.
    private mutating func trim() {
        while recordCount > capacity, let first = chunks.first {
            let surplus = recordCount - capacity
            if first.records.count <= surplus {
                chunks.removeFirst()
                recordCount -= first.records.count
                byteCount -= first.records.bytes.count
            } else {
                let kept = first.records.suffix(first.records.count - surplus)
                chunks[0] = Chunk(
                    firstID: first.firstID + Int64(surplus),
                    receivedAt: first.receivedAt,
                    records: kept
                )
                recordCount -= surplus
                byteCount -= first.records.bytes.count - kept.bytes.count
            }
            isComplete = true
        }
    }

    /// Neighbouring records of one moment share a chunk, as they did when they were committed.
    private static func chunks(of records: some Sequence<Record>) -> [Chunk] {
        var chunks: [Chunk] = []
        for record in records {
            if let last = chunks.last, last.receivedAt == record.ingestedAt,
                last.firstID + Int64(last.records.count) == record.id
            {
                chunks[chunks.count - 1].records.append(record.data)
            } else {
                var bytes = RecordBytes()
                bytes.append(record.data)
                chunks.append(Chunk(firstID: record.id, receivedAt: record.ingestedAt, records: bytes))
            }
        }
        return chunks
    }
}

extension RecordBytes {
    /// The last `count` records; copied when the buffer holds much more than they need.
    fileprivate func compacted(last count: Int) -> RecordBytes {
        if count < self.count { return suffix(count) }
        guard bytes.capacity > bytes.count + bytes.count / 2 + 256 else { return self }
        return RecordBytes(bytes: Array(bytes[...]), ends: ends)
    }
}
