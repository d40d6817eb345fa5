import Testing

@testable import DashPostgres

@Suite("Replicas: the log's history")
struct LogHistoryTests {
    private let start = ContinuousClock.now

    @Test("positions read as the server writes them, and compare as numbers")
    func positions() throws {
        let position = try #require(LogPosition("16/B374D848"))
        #expect(position.bytes == 0x16_B374_D848)
        #expect(try #require(LogPosition("9/FFFFFFFF")) < #require(LogPosition("A/0")))
        #expect(LogPosition("0/0") == .start)
        for wrong in ["", "16", "16/", "/1", "1/2/3", "x/1", "1/ 2"] { #expect(LogPosition(wrong) == nil, "\(wrong)") }
    }

    @Test("a lag is as old as the first thing that is missing")
    func lag() {
        var history = LogHistory()
        #expect(history.lag(of: .start) == .zero, "nothing is known to be missing")
        for step in 1...5 { history.note(LogPosition(bytes: UInt64(step * 100)), at: start + .seconds(step)) }
        history.note(LogPosition(bytes: 500), at: start + .seconds(10))
        #expect(history.lag(of: LogPosition(bytes: 500)) == .zero)
        #expect(history.lag(of: LogPosition(bytes: 900)) == .zero)
        #expect(history.lag(of: LogPosition(bytes: 300)) == .seconds(6))
        #expect(history.lag(of: LogPosition(bytes: 399)) == .seconds(6))
        #expect(history.lag(of: LogPosition(bytes: 99)) == nil, "older than all that is known")
    }

    @Test("an idle primary makes no lag, and an old history is forgotten in part")
    func idle() {
        var history = LogHistory()
        history.note(LogPosition(bytes: 100), at: start)
        history.note(LogPosition(bytes: 100), at: start + .seconds(50))
        #expect(history.lag(of: LogPosition(bytes: 100)) == .zero)
        for step in 0..<5_000 {
            history.note(LogPosition(bytes: UInt64(1_000 + step)), at: start + .seconds(100 + step))
        }
        history.note(LogPosition(bytes: 5_999), at: start + .seconds(5_100))
        #expect(history.lag(of: LogPosition(bytes: 5_998)) == .seconds(1))
        #expect(history.lag(of: LogPosition(bytes: 100)) == nil)
    }

    @Test("while the primary is away no lag grows")
    func away() {
        var history = LogHistory()
        history.note(LogPosition(bytes: 100), at: start)
        history.note(LogPosition(bytes: 200), at: start + .seconds(1))
        history.note(LogPosition(bytes: 200), at: start + .seconds(2))
        #expect(history.lag(of: LogPosition(bytes: 100)) == .seconds(1))
        history.note(LogPosition(bytes: 300), at: start + .seconds(60))
        #expect(history.lag(of: LogPosition(bytes: 100)) == .seconds(59), "it is back, and was never away for others")
        #expect(history.lag(of: LogPosition(bytes: 200)) == .zero, "missing since a moment ago")
    }
}
