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
        #expect(history.lag(of: .start, at: start) == .zero, "nothing is known to be missing")
        for step in 1...5 { history.note(LogPosition(bytes: UInt64(step * 100)), at: start + .seconds(step)) }
        let now = start + .seconds(10)
        #expect(history.lag(of: LogPosition(bytes: 500), at: now) == .zero)
        #expect(history.lag(of: LogPosition(bytes: 900), at: now) == .zero)
        #expect(history.lag(of: LogPosition(bytes: 300), at: now) == .seconds(6))
        #expect(history.lag(of: LogPosition(bytes: 399), at: now) == .seconds(6))
        #expect(history.lag(of: LogPosition(bytes: 99), at: now) == nil, "older than all that is known")
    }

    @Test("an idle primary makes no lag, and an old history is forgotten in part")
    func idle() {
        var history = LogHistory()
        history.note(LogPosition(bytes: 100), at: start)
        history.note(LogPosition(bytes: 100), at: start + .seconds(50))
        #expect(history.lag(of: LogPosition(bytes: 100), at: start + .seconds(60)) == .zero)
        for step in 0..<5_000 {
            history.note(LogPosition(bytes: UInt64(1_000 + step)), at: start + .seconds(100 + step))
        }
        let now = start + .seconds(5_100)
        #expect(history.lag(of: LogPosition(bytes: 5_998), at: now) == .seconds(1))
        #expect(history.lag(of: LogPosition(bytes: 100), at: now) == nil)
    }
}
