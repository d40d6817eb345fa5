/// What became of the records that a pipeline received. All but `received` and the bytes sum up to `received`;
/// an exploded record counts once more for each extra record it became.
public enum LedgerEntry: String, Sendable, CaseIterable {
    case received, stored
    case memoryOnly = "memory_only"
    case duplicates, quarantined
    case droppedFilter = "dropped_filter"
    case droppedStorageLimit = "dropped_storage_limit"
    case droppedInvalid = "dropped_invalid"
    case bytesReceived = "bytes_received"
    case bytesStored = "bytes_stored"
}

extension LedgerEntry {
    /// Its place among all, of which there are no more than sixteen.
    var place: Int {
        switch self {
        case .received: 0
        case .stored: 1
        case .memoryOnly: 2
        case .duplicates: 3
        case .quarantined: 4
        case .droppedFilter: 5
        case .droppedStorageLimit: 6
        case .droppedInvalid: 7
        case .bytesReceived: 8
        case .bytesStored: 9
        }
    }
}
