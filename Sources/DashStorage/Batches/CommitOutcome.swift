/// What became of one part of a group.
public enum CommitOutcome: Sendable, Hashable {
    /// Saved; for a persisting pipeline ids are `firstID ..< firstID + records.count`.
    case saved(firstID: Int64)
    /// All its idempotency keys were seen: what the first request was answered.
    case repeated(accepted: Int, quarantined: Int, duplicates: Int = 0)
    /// These of its idempotency keys were seen and others were not; nothing was written.
    case overlapping(keys: [String])
    /// The team's storage limit is reached; nothing was stored, the records were counted as dropped.
    case overStorageLimit
    /// The job's lease or the upstream delivery was lost to another worker, or the pipeline is gone; nothing was written.
    case fenced
}
