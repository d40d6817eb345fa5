import DashModel
import Testing

@testable import DashStorage

@Suite("Spans and bucket widths")
struct BucketWidthTests {
    @Test(arguments: [("30s", 30), ("15m", 900), ("24h", 86_400), ("7d", 604_800), ("2w", 1_209_600)])
    func parses(_ text: String, _ seconds: Int) { #expect(DurationText.parse(text) == .seconds(seconds)) }

    @Test(arguments: ["", "m", "0s", "-1h", "+5m", "5", "1.5h", "99999999999999999999d", "9999999999d", "5 m", "5y"])
    func refuses(_ text: String) { #expect(DurationText.parse(text) == nil) }

    @Test(
        "at most 300 buckets, in people's units",
        arguments: [(60, 1), (300, 1), (301, 5), (3_600, 30), (86_400, 300), (604_800, 3_600), (31_536_000, 604_800)]
    )
    func automatic(_ range: Int, _ width: Int) {
        #expect(BucketWidth.automatic(for: .last(.seconds(range))) == .seconds(width))
    }

    @Test("even a century stays below the limit")
    func century() {
        let century = Duration.seconds(100 * 31_557_600)
        let width = BucketWidth.automatic(for: .last(century))
        #expect(century / width <= 300)
    }
}
