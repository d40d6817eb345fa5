import DashJSON
import DashModel
import DashStorage
import Foundation
import Testing

@testable import DashPipeline

@Suite struct PollScheduleTests {
    private func schedule(_ values: [String: JSONValue]) throws -> PollSchedule {
        try #require(PollSchedule(row: ResourceRow(id: .v7(), values: values)))
    }

    private func time(_ text: String) throws -> Timestamp { try #require(Timestamp(text: text)) }

    @Test(arguments: [
        // New York: 2027-03-14 has 23 hours, 2026-11-01 has 25.
        ("0 * * * *", "2027-03-14T05:00:00Z", "2027-03-15T03:59:59Z", 23),
        ("0 * * * *", "2026-11-01T04:00:00Z", "2026-11-02T04:59:59Z", 25),
        ("30 2 * * *", "2027-03-14T07:00:00Z", "2027-03-15T03:59:59Z", 1),
        ("30 1 * * *", "2026-11-01T05:30:00Z", "2026-11-02T04:59:59Z", 1),
        ("*/15 1 * * *", "2026-11-01T05:00:00Z", "2026-11-02T04:59:59Z", 4),
    ])
    func aDayWithAChangeOfTheClocksHasItsHours(cron: String, from: String, to: String, count: Int) throws {
        let schedule = try schedule(["cron": .string(cron), "timezone": "America/New_York"])
        let found = schedule.times(from: try time(from), through: try time(to), limit: 100)
        #expect(found.times.count == count, "\(found.times.map(\.text))")
        #expect(Set(found.times).count == count)
    }

    @Test func anEmptyTimeZoneIsUTC() throws {
        let schedule = try schedule(["cron": "0 12 * * *", "timezone": ""])
        #expect(schedule.next(after: try time("2026-07-01T00:00:00Z")) == (try time("2026-07-01T12:00:00Z")))
    }

    @Test func anIntervalKeepsItsAnchorAcrossAChange() throws {
        let schedule = try schedule(["interval_seconds": 3_600, "inserted_at": "2027-03-13T00:00:07Z"])
        #expect(schedule.next(after: try time("2027-03-14T07:00:00Z")) == (try time("2027-03-14T07:00:07Z")))
    }
}
