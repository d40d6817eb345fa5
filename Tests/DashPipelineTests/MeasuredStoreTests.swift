import DashModel
import DashStorage
import FoundationEssentials
import Testing

@testable import DashPipeline

@Suite struct MeasuredStoreTests {
    @Test("calls, rows and failures are counted by part, and one part can be another's")
    func byPart() async throws {
        try await EngineHarness.withStore { store, team in
            let registry = MetricsRegistry()
            var store = store
            store.records = BrokenRecords()
            let measured = store.measured(in: registry)
            let found = try await measured.resources.fetch(Resources.teams, id: team, in: .system)
            #expect(found?.id == team)
            await #expect(throws: DashError.self) {
                try await measured.records.page(of: .v7(), before: nil, limit: 1, now: .epoch)
            }
            let text = registry.render()
            #expect(text.contains("dash_store_calls_total{part=\"resources\"} 1\n"))
            #expect(text.contains("dash_store_rows_total{part=\"resources\"} 1\n"))
            #expect(text.contains("dash_store_failures_total{part=\"resources\"} 0\n"))
            #expect(text.contains("dash_store_failures_total{part=\"records\"} 1\n"))
            #expect(text.contains("dash_store_calls_total{part=\"jobs\"} 0\n"))
            #expect(text.contains("dash_store_seconds_total{part=\"commits\"} 0"))
        }
    }
}
