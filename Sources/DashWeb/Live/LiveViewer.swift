import DashAPI
import DashModel
import DashPipeline
import NIOCore
import Synchronization

/// One open stream. It has no queue: it knows its position, and when its connection can take more it gets what has
/// changed since. So a slow viewer costs no memory, and it is never more than one write behind the present.
final class LiveViewer: Sendable {
    private struct State {
        var position: LivePosition?
        var isClosed = false
        var needsBeat = false
        var hasStarted = false
        /// What the stream holds until it is over.
        var place: Caps.Place?
        var hold: GrantHold?
    }

    let audience: LiveAudience
    private let channel: LiveChannel
    private let wakeup = WakeSignal()
    private let state: Mutex<State>

    init(
        of channel: LiveChannel,
        as audience: LiveAudience,
        after position: LivePosition?,
        holding place: Caps.Place? = nil
    ) {
        self.channel = channel
        self.audience = audience
        state = Mutex(State(position: position, place: place))
    }

    /// The next bytes to write, all in one write; nil when the stream is over.
    func next() async -> [ByteBuffer]? {
        while true {
            if Task.isCancelled { return nil }
            let (isClosed, isFirst, position) = state.withLock { state in
                let isFirst = !state.hasStarted
                state.hasStarted = true
                return (state.isClosed, isFirst, state.position)
            }
            if isClosed { return nil }
            let frames = channel.frames(after: position)
            if isFirst || !frames.isEmpty {
                advance(over: frames)
                return (isFirst ? [LiveFrame.retry] : []) + frames.map(\.bytes)
            }
            if takeBeat() { return [LiveFrame.heartbeat] }
            await wakeup.wait()
        }
    }

    func wake() { wakeup.wake() }

    func beat() {
        state.withLock { $0.needsBeat = true }
        wakeup.wake()
    }

    func close() {
        state.withLock { $0.isClosed = true }
        wakeup.wake()
    }

    /// Leaves the channel and gives back what it held: the stream is over, or its connection is.
    func leave() {
        close()
        channel.remove(self)
        let (place, hold) = state.withLock { state in
            defer { (state.place, state.hold) = (nil, nil) }
            return (state.place, state.hold)
        }
        place?.leave()
        hold?.leave()
    }

    /// Ties the stream to the right to look: it ends when that does.
    func watch(_ grant: Grant, with rights: GrantWatch) {
        let hold = rights.hold(grant) { [weak self] in self?.close() }
        let isClosed = state.withLock { state in
            if !state.isClosed { state.hold = hold }
            return state.isClosed
        }
        if isClosed { hold.leave() }
    }

    private func advance(over frames: [LiveFrame]) {
        guard let last = frames.map(\.sequence).max() else { return }
        let epoch = channel.position.epoch
        state.withLock { state in
            state.position = LivePosition(epoch: epoch, sequence: last)
            state.needsBeat = false
        }
    }

    private func takeBeat() -> Bool {
        state.withLock { state in
            defer { state.needsBeat = false }
            return state.needsBeat
        }
    }
}
