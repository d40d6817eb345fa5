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
