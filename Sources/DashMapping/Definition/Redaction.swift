/// What is left of a value that must not be read.
public enum Redaction: Sendable, Hashable {
    /// A text in its place.
    case text(String)
    /// A star for each character but the last ones.
    case keepLast(Int)
}
