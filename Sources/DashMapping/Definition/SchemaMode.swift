/// What the schema of a source is for.
public enum SchemaMode: String, Sendable, Hashable, CaseIterable {
    /// Documentation only.
    case ignore
    /// Records that don't fit are stored, and the schema is widened until they do.
    case follow
    /// Records that don't fit are stored, and what differs is noted.
    case warn
    /// Records that don't fit go to the quarantine.
    case enforce
}
