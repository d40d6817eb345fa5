import DashModel
import Testing

@Suite("Timestamps")
struct TimestampTests {
    @Test(
        "read RFC 3339 and plain dates",
        arguments: [
            ("1970-01-01T00:00:00Z", Int64(0)),
            ("1970-01-01", 0),
            ("2026-11-21T04:48:52.5Z", 1_795_236_532_500_000),
            ("2026-11-21 04:48:52.500000+00:00", 1_795_236_532_500_000),
            ("2026-11-21T06:48:52,5+02:00", 1_795_236_532_500_000),
            ("2026-11-21t04:48:52.5z", 1_795_236_532_500_000),
            ("2026-11-20T23:18:52.5-0530", 1_795_236_532_500_000),
            ("2026-11-21T04:48:52.123456789Z", 1_795_236_532_123_456),
            ("2026-11-21T04:48", 1_795_236_480_000_000),
            ("2000-02-29T12:00:00Z", 951_825_600_000_000),
            ("1969-12-31T23:59:59.999999Z", -1),
            ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
            ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
        ]
    )
    func reads(text: String, microseconds: Int64) {
        #expect(Timestamp(text: text) == Timestamp(microseconds: microseconds))
    }

    @Test(
        "refuse what is no moment",
        arguments: [
            "", "now", "2026", "2026-13-01", "2026-02-29", "1900-02-29", "2026-00-10", "2026-01-32", "2026-1-1",
            "2026-11-21T24:00:00Z", "2026-11-21T04:60:00Z", "2026-11-21T04:48:52.Z", "2026-11-21T04:48:52+25:00",
            "2026-11-21T04:48:52Zjunk", "2026-11-21T", "20261121", "+2026-11-21", "2026-11-21T04:48:52 UTC",
        ]
    )
    func refuses(text: String) {
        #expect(Timestamp(text: text) == nil)
    }

    @Test("write UTC with as many fraction digits as needed")
    func writes() {
        #expect(Timestamp(microseconds: 1_795_236_532_500_000).text == "2026-11-21T04:48:52.5Z")
        #expect(Timestamp(microseconds: 0).text == "1970-01-01T00:00:00Z")
        #expect(Timestamp(microseconds: -1).text == "1969-12-31T23:59:59.999999Z")
        #expect(Timestamp(microseconds: 1).text == "1970-01-01T00:00:00.000001Z")
        #expect(Timestamp(seconds: 951_825_600).text == "2000-02-29T12:00:00Z")
    }

    @Test("come back as they were written, over all centuries")
    func roundTrip() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let value = Int64.random(in: -62_135_596_800_000_000...253_402_300_799_999_999, using: &generator)
            let time = Timestamp(microseconds: value)
            #expect(Timestamp(text: time.text) == time)
        }
    }

    @Test("every day of four centuries has the next day behind it")
    func days() throws {
        let first = try #require(Timestamp(text: "1899-12-31"))
        var before = first.text
        for day in 1..<146_097 {
            let text = (first + .seconds(86_400 * day)).text
            #expect(text > before)
            before = text
        }
        #expect(before.hasPrefix("2299-12-3"))
    }

    @Test("add and subtract durations")
    func arithmetic() {
        let time = Timestamp(seconds: 100)
        #expect(time + .milliseconds(1_500) == Timestamp(milliseconds: 101_500))
        #expect(time - .seconds(200) == Timestamp(seconds: -100))
        #expect(Timestamp(seconds: 5) - Timestamp(seconds: 2) == .seconds(3))
        #expect(time < time + .microseconds(1))
        #expect(Duration.nanoseconds(1_999).microseconds == 1)
    }
}
