@testable import DashWeb

extension ConnectionTimes {
    /// Longer than any machine takes.
    static var patient: ConnectionTimes {
        var times = ConnectionTimes()
        (times.head, times.body, times.idle, times.answer, times.parting) = (
            .seconds(600), .seconds(600), .seconds(600), .seconds(600), .seconds(600)
        )
        return times
    }
}
