import DashJSON

/// A client that posts until the server is gone.
struct Poster: Sendable {
    let number: Int
    let round: Int
    let team: Workspace
    let pipeline: String
    let oracle: Oracle

    func run() async {
        var post = 0
        while true {
            post += 1
            let ids = (0..<1 + (number + post) % 8).map { "\(round)-\(number)-\(post)-\($0)" }
            // Every second poster sends a key, so that it may try again without storing twice.
            let key = number.isMultiple(of: 2) ? "\(round)-\(number)-\(post)" : nil
            oracle.send(ids, key: key)
            do {
                let reply = try await team.ingest(Self.records(ids), into: pipeline, key: key)
                if reply.status == 202 {
                    oracle.acknowledge(ids, key: key)
                } else if reply.status != 429, reply.status != 503 {
                    return
                }
            } catch {
                return
            }
        }
    }

    static func records(_ ids: [String]) -> JSONValue {
        .array(
            ids.map { ["id": .string($0), "text": "as it was sent", "nested": ["value": 42.5, "list": [1, 2, 3]]] }
        )
    }
}
