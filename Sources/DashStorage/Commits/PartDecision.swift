/// Whether a part is written, or what its sender is told instead.
package enum PartDecision: Equatable {
    case accepted
    case answered(CommitOutcome)

    /// Until an accepted part has its id, a stand-in.
    package var outcome: CommitOutcome {
        switch self {
        case .accepted: .saved(firstID: 0)
        case .answered(let outcome): outcome
        }
    }
}
