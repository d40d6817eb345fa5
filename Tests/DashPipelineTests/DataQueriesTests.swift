import DashModel
import DashStorage
import FoundationEssentials
import Synchronization
import TestSupport
import Testing

@testable import DashPipeline

@Suite struct DataQueriesTests {
    @Test("a query that runs alone may have the server's workers, one beside others has none")
    func workers() async throws {
        let records = HeldRecords()
        let border = Border(limits: BorderLimits(), metrics: MetricsRegistry())
        let queries = DataQueries(records: records, border: border)
        let query = DataQuery(pipeline: .v7(), fields: [], range: .last(.seconds(60)))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await queries.answer(query, of: .v7()) }
            try await eventually("the first runs") { records.limits.count == 1 }
            group.addTask { _ = try await queries.answer(query, of: .v7()) }
            try await eventually("the second runs beside it") { records.limits.count == 2 }
            records.release()
            try await group.waitForAll()
        }
        _ = try await queries.answer(query, of: .v7())
        #expect(records.limits.map(\.workers) == [2, 0, 2])
    }
}
