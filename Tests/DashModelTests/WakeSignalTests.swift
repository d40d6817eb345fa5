import DashModel
import Testing

@Suite("Wake-up", .timeLimit(.minutes(10)))
struct WakeSignalTests {
    @Test("a wake before the wait is not lost, and several count as one")
    func early() async {
        let signal = WakeSignal()
        signal.wake()
        signal.wake()
        await signal.wait()
        await signal.wait(for: .milliseconds(1))
    }

    @Test("cancelling ends a wait and leaves nothing behind")
    func cancelled() async {
        let signal = WakeSignal()
        await withTaskGroup { group in
            group.addTask { await signal.wait() }
            group.cancelAll()
        }
        signal.wake()
        await signal.wait()
    }

    @Test("one wake reaches all who wait")
    func several() async {
        let signal = WakeSignal()
        await withTaskGroup { group in
            for _ in 0..<3 { group.addTask { await signal.wait() } }
            group.addTask {
                // Who is late to wait finds the wake that nobody was there for.
                while !Task.isCancelled {
                    signal.wake()
                    await Task.yield()
                }
            }
            for _ in 0..<3 { await group.next() }
            group.cancelAll()
        }
    }
}
