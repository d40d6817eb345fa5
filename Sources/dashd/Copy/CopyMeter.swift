import DashStorage
import Foundation
import Synchronization

/// Shows how far a copy is: one line that renews itself on a terminal, a line every few seconds elsewhere.
final class CopyMeter: Sendable {
    private struct State {
        var total = 0
        /// Rows that were there when this start began.
        var before = 0
        var began = ContinuousClock.now
        var shown: ContinuousClock.Instant?
    }

    private let isTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1
    private let state = Mutex(State())

    func take(_ report: CopyReport) {
        let text = state.withLock { state -> String? in
            switch report {
            case .started(let total, let copied):
                state.total = total
                state.before = copied
                state.began = .now
                let rest = copied > 0 ? ", \(copied) of them copied before" : ""
                return end("\(total) rows to copy\(rest)")
            case .copied(let table, let rows, let total, let copied):
                let now = ContinuousClock.now
                let pause = isTerminal ? Duration.milliseconds(100) : .seconds(3)
                if rows < total, let shown = state.shown, now - shown < pause { return nil }
                // A table's end is worth a line only where it took a while.
                if !isTerminal, let shown = state.shown, now - shown < pause { return nil }
                state.shown = now
                return renew(Self.progress(table, rows, total, copied, state, now))
            case .compared(let table):
                let now = ContinuousClock.now
                if !isTerminal, let shown = state.shown, now - shown < .seconds(3) { return nil }
                state.shown = now
                let verdict = table.isEqual ? "equal" : "DIFFERENT"
                return renew("compared \(table.table), \(table.source.rows) rows: \(verdict)")
            }
        }
        if let text { FileHandle.standardError.write(Data(text.utf8)) }
    }

    /// Ends the line that renews itself.
    func finish() {
        if isTerminal { FileHandle.standardError.write(Data("\r\u{1B}[2K".utf8)) }
    }

    private static func progress(
        _ table: String,
        _ rows: Int,
        _ total: Int,
        _ copied: Int,
        _ state: State,
        _ now: ContinuousClock.Instant
    ) -> String {
        let elapsed = now - state.began
        let seconds = max(0.001, Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18)
        let rate = Double(copied - state.before) / seconds
        let left = rate > 0 ? Int(Double(max(0, state.total - copied)) / rate) : 0
        let percent = state.total > 0 ? Int(Double(copied) * 100 / Double(state.total)) : 100
        return "\(percent) %, \(table) \(rows) of \(total) rows, \(Int(rate)) rows/s, \(left) s left"
    }

    private func renew(_ text: String) -> String { isTerminal ? "\r\u{1B}[2K\(text)" : end(text) }

    private func end(_ text: String) -> String { text + "\n" }
}
