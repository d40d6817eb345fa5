import DashModel
import FoundationEssentials

/// What the viewers of a channel may still need. The newest frame of each key stands for all earlier ones of that key, so
/// that a viewer which fell behind gets the present and not the past, however long it was away.
struct FrameLog: Sendable {
    let epoch: String
    private(set) var sequence = 0
    private var frames: [(key: String, frame: LiveFrame)] = []

    init(epoch: String = String(UUID.v7().text.suffix(12))) { self.epoch = epoch }

    mutating func append(key: String, event: String, data: [UInt8]) {
        sequence += 1
        let frame = LiveFrame(position: LivePosition(epoch: epoch, sequence: sequence), event: event, data: data)
        frames.removeAll { $0.key == key }
        frames.append((key, frame))
    }

    /// Forgets the frames of keys that are no more.
    mutating func keep(only keys: Set<String>) { frames.removeAll { !keys.contains($0.key) } }

    /// What follows a position, oldest first; all there is for a position of another life.
    func frames(after position: LivePosition?) -> [LiveFrame] {
        guard let position, position.epoch == epoch, position.sequence <= sequence else { return frames.map(\.frame) }
        return frames.lazy.map(\.frame).filter { $0.sequence > position.sequence }
    }
}
