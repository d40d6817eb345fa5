/// Why an evaluation has no value. Names forms and keys of the expression, never values of a record.
public struct CELFailure: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Reason: Sendable, Hashable {
        case noSuchVariable, noSuchKey, noSuchFunction, noSuchOverload, outOfBounds, divisionByZero, overflow
        case badConversion, badArgument, noValue, stepLimit, budget
    }

    public let reason: Reason
    public let message: String
    /// Where in the expression, in scalars from its start.
    let offset: Int32

    init(_ reason: Reason, _ message: String, at offset: Int32 = 0) {
        self.reason = reason
        self.message = message
        self.offset = offset
    }

    public var description: String { message }
}
