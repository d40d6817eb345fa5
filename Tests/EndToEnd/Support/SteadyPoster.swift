import DashJSON

/// A client that goes on posting over every fault until it is told to stop. Each record is another one; only a post with
/// an `Idempotency-Key` is tried again, as it was.
struct SteadyPoster: Sendable {
    let number: Int
    let team: Workspace
    let pipeline: String
    /// Records of a post; nil: one to eight.
    var size: Int?
    /// Letters that make a record larger.
    var padding = 0
    let oracle: Oracle
    let answers: Answers

    /// Who was refused comes again soon, so that a fault's end is seen at once.
    private static let pause = Duration.milliseconds(50)

    func run(until stop: StopSign) async {
        var post = 0
        while !stop.isUp {
            post += 1
            let count = size ?? 1 + (number + post) % 8
            let ids = (0..<count).map { "\(number)-\(post)-\($0)" }
            let key = number.isMultiple(of: 2) ? "\(number)-\(post)" : nil
            oracle.send(ids, key: key)
            while await !send(ids, key), key != nil, !stop.isUp {}
        }
    }

    /// Whether it was acknowledged.
    private func send(_ ids: [String], _ key: String?) async -> Bool {
        let started = ContinuousClock.now
        do {
            let reply = try await team.ingest(records(ids), into: pipeline, key: key)
            answers.note(reply, after: .now - started)
            if reply.status == 202 {
                oracle.acknowledge(ids, key: key)
                return true
            }
        } catch {
            answers.note(error)
        }
        try? await ContinuousClock().sleep(for: Self.pause)
        return false
    }

    private func records(_ ids: [String]) -> JSONValue {
        guard padding > 0 else { return Poster.records(ids) }
        // Random enough not to be compressed away.
        var random = SplitMix(seed: UInt64(number))
        let text = (0..<padding / 16).map { _ in String(random.next(), radix: 16) }.joined()
        return .array(ids.map { ["id": .string($0), "text": .string($0 + text)] })
    }
}
