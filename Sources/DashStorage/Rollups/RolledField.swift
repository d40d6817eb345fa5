/// A field of a pipeline whose roll-ups are kept.
public struct RolledField: Sendable, Hashable {
    public enum State: String, Sendable {
        /// New records are counted; those from before are being added.
        case filling
        case ready
        /// Nothing is counted any more; the rows are being deleted.
        case leaving
    }

    /// The canonical path, or `*`, which counts records.
    public var name: String
    public var state: State
    /// Charts read the rows for it: a roll-up knows numbers only.
    public var hasOtherValues: Bool

    public init(name: String, state: State, hasOtherValues: Bool = false) {
        self.name = name
        self.state = state
        self.hasOtherValues = hasOtherValues
    }

    /// Whether records from before are still to be added.
    public var isFilling: Bool { state == .filling && !hasOtherValues }
}
