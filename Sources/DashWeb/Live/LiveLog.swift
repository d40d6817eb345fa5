/// What a channel keeps for its viewers.
enum LiveLog: Sendable {
    /// A dashboard: one frame a widget.
    case latest(FrameLog)
    /// A pipeline's records.
    case tail(TailLog)

    mutating func frames(after position: LivePosition?) -> [LiveFrame] {
        switch self {
        case .latest(let log): return log.frames(after: position)
        case .tail(var log):
            let frames = log.frames(after: position)
            self = .tail(log)
            return frames
        }
    }

    var position: LivePosition {
        switch self {
        case .latest(let log): LivePosition(epoch: log.epoch, sequence: log.sequence)
        case .tail(let log): LivePosition(epoch: log.epoch, sequence: log.sequence)
        }
    }
}
