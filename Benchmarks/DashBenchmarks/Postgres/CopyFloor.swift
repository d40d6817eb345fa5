import DashModel
import Dispatch
import Foundation
import Synchronization

/// Bare binary COPY of the rows that Dash would make, into Dash's own tables in a database of its own: two connections
/// on two threads, ten thousand rows a group, each group committed before the next.
struct CopyFloor: Sendable {
    static let connections = 2
    static let rowsPerGroup = 10_000
    static let target = "pipeline_data (id, pipeline_id, team_id, data, ingested_at)"

    let database: BenchDatabase
    let groups: [CopyGroup]

    /// Rows a second, after a warm-up as long as the load client's.
    func rate(warmUp: Double = 0.5, seconds: Double) throws -> Double {
        let start = monotonicSeconds()
        let rows = try inParallel { connection, thread in
            var own = Self.share(of: groups, thread)
            var nextID = Int64(thread) << 40 + 1
            var index = 0
            var counted = 0
            while monotonicSeconds() - start < warmUp + seconds {
                let time = SystemClock().now
                own[index].stamp(firstID: nextID) { _ in time }
                try connection.copy(into: Self.target, own[index].bytes)
                nextID += Int64(own[index].count)
                let ended = monotonicSeconds()
                if ended - start >= warmUp, ended - start < warmUp + seconds { counted += own[index].count }
                index = (index + 1) % own.count
            }
            return counted
        }
        return Double(rows) / seconds
    }

    /// Fills the table once: rows spread evenly over the time, and over the pipelines in turns.
    func fill(_ count: Int, pipelines: [UUID], from start: Timestamp, to end: Timestamp) throws -> Int {
        let step = Double(end.microseconds - start.microseconds) / Double(count)
        return try inParallel { connection, thread in
            var own = Self.share(of: groups, thread)
            for index in own.indices { own[index].deal(to: pipelines) }
            var group = thread
            var written = 0
            while group * Self.rowsPerGroup < count {
                let first = group * Self.rowsPerGroup
                let index = (group / Self.connections) % own.count
                own[index].stamp(firstID: Int64(first) + 1) { row in
                    Timestamp(microseconds: start.microseconds + Int64(Double(first + row) * step))
                }
                try connection.copy(into: Self.target, own[index].bytes)
                written += own[index].count
                group += Self.connections
            }
            return written
        }
    }

    private static func share(of groups: [CopyGroup], _ thread: Int) -> [CopyGroup] {
        groups.indices.filter { $0 % connections == thread }.map { groups[$0] }
    }

    private func inParallel(_ body: @escaping @Sendable (DatabaseConnection, Int) throws -> Int) throws -> Int {
        let results = Mutex<[Result<Int, any Error>]>([])
        let url = database.url
        DispatchQueue.concurrentPerform(iterations: Self.connections) { thread in
            let result = Result { try body(DatabaseConnection(url), thread) }
            results.withLock { $0.append(result) }
        }
        return try results.withLock { $0 }.reduce(0) { try $0 + $1.get() }
    }
}
