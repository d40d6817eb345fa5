import DashJobs
import DashModel
import Testing

@Suite struct CronExpressionTests {
    private func next(_ cron: String, after: String, zone: String? = nil) throws -> String? {
        let expression = try CronExpression(cron, timeZone: zone)
        return expression.next(after: try #require(Timestamp(text: after)))?.text
    }

    private func times(_ cron: String, after: String, zone: String, count: Int) throws -> [String] {
        let expression = try CronExpression(cron, timeZone: zone)
        var time = try #require(Timestamp(text: after))
        var result: [String] = []
        for _ in 0..<count {
            time = try #require(expression.next(after: time))
            result.append(time.text)
        }
        return result
    }

    @Test(arguments: [
        ("* * * * *", "2026-11-21T04:48:52.5Z", "2026-11-21T04:49:00Z"),
        ("*/5 * * * *", "2026-11-21T04:45:00Z", "2026-11-21T04:50:00Z"),
        ("*/10 * * * * *", "2026-11-21T04:48:52.5Z", "2026-11-21T04:49:00Z"),
        ("30 9 * * MON-FRI", "2026-11-21T04:48:00Z", "2026-11-23T09:30:00Z"),
        ("0 0 1 JAN *", "2026-11-21T04:48:00Z", "2027-01-01T00:00:00Z"),
        ("0 0 29 2 *", "2026-11-21T04:48:00Z", "2028-02-29T00:00:00Z"),
        ("15,45 8-10 * * *", "2026-11-21T08:45:00Z", "2026-11-21T09:15:00Z"),
        ("0 12 * * 7", "2026-11-21T04:48:00Z", "2026-11-22T12:00:00Z"),
        ("0 0 13 * 5", "2026-11-21T04:48:00Z", "2026-11-27T00:00:00Z"),
        ("@hourly", "2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z"),
        ("0 0 31 * *", "2026-11-01T00:00:00Z", "2026-12-31T00:00:00Z"),
    ])
    func findsTheNextTime(cron: String, after: String, expected: String) throws {
        #expect(try next(cron, after: after) == expected)
    }

    @Test func skippedLocalTimeRunsAtTheJump() throws {
        // Berlin: 02:00 to 03:00 does not exist on 2027-03-28; the jump is at 01:00 UTC.
        #expect(
            try times("30 2 * * *", after: "2027-03-27T00:00:00Z", zone: "Europe/Berlin", count: 3)
                == ["2027-03-27T01:30:00Z", "2027-03-28T01:00:00Z", "2027-03-29T00:30:00Z"]
        )
    }

    @Test func repeatedLocalTimeRunsOnce() throws {
        // Berlin: 02:00 to 03:00 comes twice on 2026-10-25, from 00:00 and from 01:00 UTC.
        #expect(
            try times("30 2 * * *", after: "2026-10-24T12:00:00Z", zone: "Europe/Berlin", count: 2)
                == ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]
        )
    }

    @Test func wildHoursFollowRealTime() throws {
        #expect(
            try times("30 * * * *", after: "2026-10-24T23:00:00Z", zone: "Europe/Berlin", count: 4)
                == ["2026-10-24T23:30:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"]
        )
        #expect(
            try times("30 * * * *", after: "2027-03-28T00:00:00Z", zone: "Europe/Berlin", count: 2)
                == ["2027-03-28T00:30:00Z", "2027-03-28T01:30:00Z"]
        )
    }

    @Test func halfAnHourOfSummerTimeCountsToo() throws {
        // Lord Howe: 02:00 becomes 02:30 on 2026-10-04 at 15:30 UTC the day before; on 2027-04-04 it is 01:30 again at 15:00.
        #expect(
            try times("15 2 * * *", after: "2026-10-02T20:00:00Z", zone: "Australia/Lord_Howe", count: 2)
                == ["2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"]
        )
        #expect(
            try times("45 1 * * *", after: "2027-04-03T00:00:00Z", zone: "Australia/Lord_Howe", count: 2)
                == ["2027-04-03T14:45:00Z", "2027-04-04T15:15:00Z"]
        )
    }

    @Test(arguments: [
        "", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "*/0 * * * *", "5-1 * * * *",
        "a * * * *", "0 0 30 2 *", "1,,2 * * * *", "* * * * * * *", "-1 * * * *", "1-2-3 * * * *",
    ])
    func refusesWhatIsNoCron(text: String) {
        #expect(throws: DashError.self) { try CronExpression(text) }
    }

    @Test func refusesUnknownTimeZones() {
        #expect(throws: DashError.self) { try CronExpression("* * * * *", timeZone: "Mars/Olympus") }
    }

    @Test func nextIsAlwaysLaterAndNothingLiesBetween() throws {
        var random = SystemRandomNumberGenerator()
        let zones = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
        for _ in 0..<60 {
            let minute = Int.random(in: 0...59, using: &random)
            let hour = Int.random(in: 0...23, using: &random)
            let zone = zones.randomElement(using: &random) ?? "UTC"
            let expression = try CronExpression("\(minute) \(hour) * * *", timeZone: zone)
            var time = Timestamp(seconds: Int64.random(in: 1_700_000_000...1_900_000_000, using: &random))
            for _ in 0..<400 {
                let next = try #require(expression.next(after: time))
                #expect(next > time)
                #expect(next - time <= .seconds(25 * 3_600), "\(minute) \(hour) in \(zone) after \(time.text)")
                time = next
            }
        }
    }
}
