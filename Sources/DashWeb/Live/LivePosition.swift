/// Where a viewer stands in a channel: the `id` of the last event it got.
struct LivePosition: Sendable, Hashable {
    /// Names one life of a channel; positions of another life mean nothing.
    var epoch: String
    var sequence: Int

    init(epoch: String, sequence: Int) {
        self.epoch = epoch
        self.sequence = sequence
    }

    /// Reads `Last-Event-ID`.
    init?(text: String) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let sequence = Int(parts[1]), sequence >= 0 else { return nil }
        self.init(epoch: String(parts[0]), sequence: sequence)
    }

    var text: String { "\(epoch):\(sequence)" }
}
