import DashJSON
import DashModel
import DashPipeline
import Foundation
import Logging
import Testing

@testable import DashConnectors

@Suite struct SystemSourceTests {
    @Test func samplesThisMachine() async throws {
        let source = SystemSource(sampler: SystemSampler(clock: SystemClock()))
        let request = FetchRequest(team: .v7(), pipeline: .v7(), dueAt: .epoch, cursor: nil)
        _ = try await source.fetch(request)
        let record = try JSONValue(parsing: try await source.fetch(request).bytes)
        #expect((record["memory_total_bytes"]?.doubleValue ?? 0) > 0)
        #expect((0...100).contains(record["cpu_percent"]?.doubleValue ?? -1))
        #expect((0...100).contains(record["disk_used_percent"]?.doubleValue ?? -1))
        #expect(record["load_1"]?.doubleValue != nil)
    }

    @Test func isOnlyThereWhenTurnedOn() {
        let http = OutboundHTTP(policy: EgressPolicy(), logger: .init(label: "test"))
        let off = Builtins.components(http: http, filesDirectory: "/tmp", hasSystemSource: false)
        let on = Builtins.components(http: http, filesDirectory: "/tmp", hasSystemSource: true)
        #expect(off.source("system") == nil)
        #expect(on.source("system") != nil)
    }
}
