import Dispatch
import TestSupport

/// Two threads wait here for each other, once; who comes later passes.
final class Meeting: Sendable {
    private let arrivals = Tally()
    private let both = DispatchSemaphore(value: 0)

    func meet() {
        switch arrivals.add() {
        case 1: _ = both.wait(timeout: .now() + 120)
        case 2: both.signal()
        default: break
        }
    }
}
