public import DashExchange
public import DashModel
public import FoundationEssentials
import Testing

/// What every `Cache` must do, whatever it is made of.
public struct CacheContract {
    private let cache: any Cache

    public init(cache: any Cache) { self.cache = cache }

    public static func batch(_ pipeline: UUID, firstID: Int64, count: Int, seconds: Int64 = 1) -> CommittedBatch {
        var records = RecordBytes()
        for index in 0..<count { records.append(Array("{\"n\":\(firstID + Int64(index))}".utf8)) }
        let batch = RecordBatch(
            team: UUID(),
            pipeline: pipeline,
            receivedAt: Timestamp(seconds: seconds),
            records: records
        )
        return CommittedBatch(batch: batch, firstID: firstID)
    }

    private static func records(_ ids: ClosedRange<Int64>) -> [Record] {
        ids.map { Record(id: $0, ingestedAt: Timestamp(seconds: 1), data: Array("{\"n\":\($0)}".utf8)[...]) }
    }

    public func run() async throws {
        try await keepsTheNewestInOrder()
        try await unknownPipelineIsNil()
        try await fillPutsOlderRecordsInFront()
        try await removeForgets()
    }

    private func keepsTheNewestInOrder() async throws {
        let pipeline = UUID()
        try await cache.append(Self.batch(pipeline, firstID: 1, count: 70))
        try await cache.append(Self.batch(pipeline, firstID: 71, count: 70, seconds: 2))
        let all = try #require(try await cache.latest(of: pipeline, limit: 1_000))
        #expect(all.map(\.id) == Array(41...140))
        #expect(all.first.map { String(decoding: $0.data, as: UTF8.self) } == "{\"n\":41}")
        #expect(all.last?.ingestedAt == Timestamp(seconds: 2))
        let few = try #require(try await cache.latest(of: pipeline, limit: 3))
        #expect(few.map(\.id) == [138, 139, 140])
        try await cache.append(Self.batch(pipeline, firstID: 1_000, count: 500))
        #expect(try await cache.latest(of: pipeline, limit: 100)?.map(\.id) == Array(1_400...1_499))
    }

    private func unknownPipelineIsNil() async throws {
        #expect(try await cache.latest(of: UUID(), limit: 10) == nil)
        let empty = UUID()
        try await cache.fill(empty, with: [])
        #expect(try await cache.latest(of: empty, limit: 10) == [])
    }

    private func fillPutsOlderRecordsInFront() async throws {
        let pipeline = UUID()
        try await cache.append(Self.batch(pipeline, firstID: 11, count: 2))
        #expect(try await cache.latest(of: pipeline, limit: 10) == nil, "older records may be in the store")
        #expect(try await cache.latest(of: pipeline, limit: 2)?.map(\.id) == [11, 12])
        try await cache.fill(pipeline, with: Self.records(5...12))
        #expect(try await cache.latest(of: pipeline, limit: 100)?.map(\.id) == Array(5...12))
        try await cache.append(Self.batch(pipeline, firstID: 13, count: 1))
        try await cache.fill(pipeline, with: Self.records(5...12))
        #expect(try await cache.latest(of: pipeline, limit: 100)?.map(\.id) == Array(5...13))
    }

    private func removeForgets() async throws {
        let pipeline = UUID()
        try await cache.fill(pipeline, with: Self.records(1...3))
        try await cache.remove(pipeline)
        #expect(try await cache.latest(of: pipeline, limit: 3) == nil)
    }
}
