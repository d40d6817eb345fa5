import DashMapping
import DashModel

extension MappingOutput {
    /// Why nothing of a journey's batch can be saved.
    func failure(of journey: Journey) -> (any Error)? {
        switch stop {
        case .cancelled: return CancellationError()
        case nil:
            // As with what can't be read: a body of nothing else is the sender's mistake.
            guard case .body = journey.origin, let first = refused.first, first.rule == Self.storageRule,
                records.count + filtered + duplicates == 0, refused.allSatisfy({ $0.rule == first.rule })
            else { return nil }
            return DashError(.invalid, "no record of the body can be stored: \(first.reason)")
        case .tooLarge(let limit):
            return DashError(
                .tooLarge,
                """
                The records become larger than \(limit) bytes once they are mapped: send fewer at once, or let the mapping \
                keep less of each.
                """
            )
        }
    }
}
