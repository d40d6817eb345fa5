/// A bound on an attribute's value that every writer of a resource is held to.
public enum ValueConstraint: Sendable, Hashable {
    case none
    case length(ClosedRange<Int>)
    case range(ClosedRange<Int>)
    /// Lower-case letters, digits and inner hyphens, 1 to 63 of them.
    case slug
    case email
    case timeZone
    case cron
    /// A JSON object.
    case object
    /// A JSON array.
    case array
    /// A JSON array of at most so many ids.
    case ids(Int)
}
