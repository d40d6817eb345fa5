extension DueTime.State {
    package init(name: String, reason: String) {
        self =
            switch name {
            case "ran": .ran
            case "failed": .failed(reason: reason)
            case "skipped": .skipped(reason: reason)
            case "coalesced": .coalesced(reason: reason)
            default: .due
            }
    }

    package var name: String {
        switch self {
        case .due: "due"
        case .ran: "ran"
        case .failed: "failed"
        case .skipped: "skipped"
        case .coalesced: "coalesced"
        }
    }

    package var reason: String? {
        switch self {
        case .due, .ran: nil
        case .failed(let reason), .skipped(let reason), .coalesced(let reason): reason
        }
    }
}
