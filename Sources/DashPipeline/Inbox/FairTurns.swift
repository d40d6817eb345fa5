import FoundationEssentials

/// Waiting parts one by one, each the oldest of the team that has had least by then.
struct FairTurns: IteratorProtocol {
    private struct Team {
        var places: [Int] = []
        var next = 0
        var spent: Int
    }

    private let parts: [WaitingPart]
    private let cost: (CommitPart) -> Int
    private var teams: [Team] = []

    init(_ parts: [WaitingPart], spent: [UUID: Int], cost: @escaping (CommitPart) -> Int) {
        self.parts = parts
        self.cost = cost
        var index: [UUID: Int] = [:]
        for (place, entry) in parts.enumerated() {
            let team = entry.part.pipeline.team
            if let known = index[team] {
                teams[known].places.append(place)
            } else {
                index[team] = teams.count
                teams.append(Team(places: [place], spent: spent[team] ?? 0))
            }
        }
    }

    /// The place of the next part in the list.
    mutating func next() -> Int? {
        var best: Int?
        for index in teams.indices where teams[index].next < teams[index].places.count {
            if let known = best, teams[known].spent <= teams[index].spent { continue }
            best = index
        }
        guard let best else { return nil }
        let place = teams[best].places[teams[best].next]
        teams[best].next += 1
        teams[best].spent += cost(parts[place].part)
        return place
    }
}
