import DashModel
import FoundationEssentials

/// The tail of a pipeline as its viewers need it: the last frames for those who keep up, a snapshot of the last records
/// for the rest.
struct TailLog: Sendable {
    let epoch: String
    private(set) var sequence = 0
    private var ring: [LiveFrame] = []
    private var window: [TailRecord] = []
    private var snapshot: LiveFrame?

    static let ringCapacity = 20
    static let windowCapacity = 100

    init(epoch: String = String(UUID.v7().text.suffix(12))) { self.epoch = epoch }

    /// Starts with what is there already.
    mutating func fill(_ records: [TailRecord]) {
        window = Array(records.suffix(Self.windowCapacity))
        advance()
        ring = []
    }

    /// `skipped` records came too fast to be shown. What was read from the store before it was told is not shown twice.
    mutating func append(_ records: [TailRecord], skipped: Int) {
        let known = Set(window.map(\.id))
        let records = records.filter { !known.contains($0.id) }
        guard !records.isEmpty || skipped > 0 else { return }
        advance()
        let data = TailRecord.encode(records, skipped: skipped)
        ring.append(LiveFrame(position: position, event: "records", data: data))
        if ring.count > Self.ringCapacity { ring.removeFirst(ring.count - Self.ringCapacity) }
        window.append(contentsOf: records)
        if window.count > Self.windowCapacity { window.removeFirst(window.count - Self.windowCapacity) }
    }

    /// Adds those of the last records that are not shown yet. Other nodes' may have lower ids than some that are.
    mutating func merge(_ records: [TailRecord], atMost capacity: Int) {
        let oldest = window.count < Self.windowCapacity ? Int64.min : window.map(\.id).min() ?? .min
        let known = Set(window.map(\.id))
        let news = records.filter { $0.id > oldest && !known.contains($0.id) }
        append(news.suffix(capacity), skipped: max(0, news.count - capacity))
    }

    /// What follows a position: frames of the ring, or one snapshot when the position is too old or of another life.
    mutating func frames(after position: LivePosition?) -> [LiveFrame] {
        guard let position, position.epoch == epoch, position.sequence <= sequence else { return [currentSnapshot()] }
        if position.sequence == sequence { return [] }
        guard let oldest = ring.first?.sequence, position.sequence >= oldest - 1 else { return [currentSnapshot()] }
        return ring.filter { $0.sequence > position.sequence }
    }

    private var position: LivePosition { LivePosition(epoch: epoch, sequence: sequence) }

    private mutating func advance() {
        sequence += 1
        snapshot = nil
    }

    private mutating func currentSnapshot() -> LiveFrame {
        if let snapshot { return snapshot }
        let data = TailRecord.encode(window, skipped: 0)
        let frame = LiveFrame(position: position, event: "snapshot", data: data)
        snapshot = frame
        return frame
    }
}
