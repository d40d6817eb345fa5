/// Why a body that is not JSON can't be read, with the place.
public struct BodyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// `CSV`, `XML`, or the encoding of its characters.
    public var format: String
    public var reason: String
    /// Counted from 1.
    public var line: Int

    public var description: String { "the body is not valid \(format): \(reason) (line \(line))" }
}
