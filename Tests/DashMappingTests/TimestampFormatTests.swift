import DashMapping
import DashModel
import Testing

@Suite struct TimestampFormatTests {
    private func read(_ value: String, _ format: String) throws -> MappingCase {
        let mapping = #"{"mappings":[{"target":"x","source":"$.v","type":"timestamp","format":"\#(format)"}]}"#
        return try MappingCase(mapping, #"{"v":\#(value)}"#)
    }

    @Test(arguments: [
        ("unix", "1795236532", "2026-11-21T04:48:52Z"), ("unix", "0", "1970-01-01T00:00:00Z"),
        ("unix", #""1795236532.5""#, "2026-11-21T04:48:52.5Z"), ("unix", "-1", "1969-12-31T23:59:59Z"),
        ("unix_ms", "5", "1970-01-01T00:00:00.005Z"), ("unix_ms", "1795236532500", "2026-11-21T04:48:52.5Z"),
        ("unix_us", "1795236532500000", "2026-11-21T04:48:52.5Z"),
        ("unix_ns", "1795236532500000000", "2026-11-21T04:48:52.5Z"),
        ("unix_ns", "9223372036854775807", "2262-04-11T23:47:16.854775Z"),
        ("%d/%b/%Y:%H:%M:%S %z", #""21/Nov/2026:05:48:52 +0100""#, "2026-11-21T04:48:52Z"),
        ("%Y-%m-%d %I:%M %p", #""2026-11-21 04:05 PM""#, "2026-11-21T16:05:00Z"),
        ("%d/%m/%Y", #""21\/11\/2026""#, "2026-11-21T00:00:00Z"),
        ("%F %T.%f", #""2026-11-21 04:48:52.25""#, "2026-11-21T04:48:52.25Z"), ("%s", #""60""#, "1970-01-01T00:01:00Z"),
        ("%m/%d/%Y", #""2/9/2026""#, "2026-02-09T00:00:00Z"), ("%d.%m.%y", #""09.02.26""#, "2026-02-09T00:00:00Z"),
        ("rfc3339", #""2026-11-21T04:48:52Z""#, "2026-11-21T04:48:52Z"),
        ("%a %b %e %T %Y", #""Sat Nov 21 04:48:52 2026""#, "2026-11-21T04:48:52Z"),
        ("%A, %d-%b-%y %T %Z", #""Saturday, 21-Nov-26 04:48:52 GMT""#, "2026-11-21T04:48:52Z"),
    ])
    func formats(format: String, value: String, expected: String) throws {
        #expect(try read(value, format).text == #"{"x":"\#(expected)"}"#)
    }

    @Test(
        "the dates of mail, feeds and HTTP",
        arguments: [
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 +0000", "6 Nov 1994 08:49:37 Z",
            "Sun, 06 Nov 1994 03:49:37 EST", "Sun, 06 Nov 1994 04:49:37 EDT", "06 Nov 94 08:49:37 UT",
            "Sun,  06  Nov 1994  08:49:37 +0000 (UTC)", "sun, 06 nov 1994 08:49:37 gmt",
            "Sun, 06 Nov 1994 09:49:37 +0100",
            "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 00:49:37 PST",
        ]
    )
    func mailDates(text: String) throws {
        for format in ["rfc2822", "rfc822", "http"] {
            #expect(try read("\"\(text)\"", format).text == #"{"x":"1994-11-06T08:49:37Z"}"#)
        }
    }

    @Test(
        "seconds may be missing, and years have two, three or four digits as RFC 5322 reads them",
        arguments: [
            ("01 Jan 2000 00:00 +0000", "2000-01-01T00:00:00Z"), ("01 Jan 49 00:00:00 GMT", "2049-01-01T00:00:00Z"),
            ("01 Jan 50 00:00:00 GMT", "1950-01-01T00:00:00Z"), ("01 Jan 126 00:00:00 GMT", "2026-01-01T00:00:00Z"),
            ("31 Dec 9999 23:59:59 GMT", "9999-12-31T23:59:59Z"), ("01 Jan 0001 00:00:00 GMT", "0001-01-01T00:00:00Z"),
            ("29 Feb 2024 12:00:00 -0000", "2024-02-29T12:00:00Z"),
        ]
    )
    func mailYears(text: String, expected: String) throws {
        #expect(try read("\"\(text)\"", "rfc2822").text == #"{"x":"\#(expected)"}"#)
    }

    @Test(
        "what is no moment, or lies outside of the years 0001 to 9999, is refused",
        arguments: [
            ("%s.%f", #""9223372036854.999999""#), ("%s", #""99999999999999999999""#), ("%s", #""9223372036854""#),
            ("unix", "253402300800"), ("unix", "-62135596801"), ("unix", "1e300"), ("unix", "9223372036854775807"),
            ("unix", "-9223372036854775808"), ("unix_ms", "9223372036854775808"), ("unix_us", "18446744073709551616"),
            ("unix", #""0x10""#), ("unix", #""nan""#), ("unix", #""inf""#), ("unix", #""""#), ("unix", #"" 5""#),
            ("%Y-%m-%d", #""0000-01-01""#), ("%Y-%m-%d", #""2026-02-29""#), ("%Y-%m-%d", #""2026-13-01""#),
            ("%F %H", #""2026-01-01 24""#), ("%F %z", #""0001-01-01 +0001""#),
            ("%F %T %z", #""9999-12-31 23:59:59 -0001""#),
            ("%F %z", #""2026-01-01 +9900""#), ("%F %I %p", #""2026-01-01 13 PM""#),
            ("%F %I %p", #""2026-01-01 0 AM""#),
            ("rfc2822", #""30 Feb 2026 00:00:00 GMT""#), ("rfc2822", #""01 Jan 2026 00:00:00 XYZ""#),
            ("rfc2822", #""01 Jan 2026 00:00:00""#), ("rfc2822", #""Xyz, 01 Jan 2026 00:00:00 GMT""#),
            ("rfc2822", #""01 Jan 2026 24:00:00 GMT""#), ("rfc2822", #""01 Jan 0000 00:00:00 GMT""#),
            ("rfc2822", #""01 Jan 99999 00:00:00 GMT""#), ("rfc2822", #""""#), ("rfc2822", #""2026-01-01T00:00:00Z""#),
            ("rfc2822", "5"),
        ]
    )
    func refused(format: String, value: String) throws {
        let result = try read(value, format)
        #expect(result.output.refused.map(\.rule) == ["type"])
        #expect(result.text == "")
    }

    @Test func withoutFormatTheReasonNamesTheFix() throws {
        let mapping = #"{"mappings":[{"target":"x","source":"$.v","type":"timestamp"}]}"#
        let result = try MappingCase(mapping, #"[{"v":20240115},{"v":"2024"}]"#)
        let fix = "without a format it must be as RFC 3339 spells it; name one: unix, unix_ms, rfc2822, %Y-%m-%d …"
        #expect(
            result.output.refused.map(\.reason) == [
                "x is a number that can't be turned into a timestamp: \(fix)",
                "x is a string that can't be turned into a timestamp: \(fix)",
            ]
        )
        let change = #"{"transformations":[{"kind":"parse_time","field":"v"}]}"#
        #expect(try MappingCase(change, #"{"v":1}"#).output.refused.first?.reason.hasSuffix(fix) == true)
    }
}
