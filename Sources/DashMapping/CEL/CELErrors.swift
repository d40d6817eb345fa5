/// Everything that is wrong with an expression, in the order of its text.
public struct CELErrors: Error, Sendable, Hashable, CustomStringConvertible {
    public let errors: [CELError]

    public var description: String { errors.map(\.description).joined(separator: "; ") }
}
