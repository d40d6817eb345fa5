/// An expression of the Common Expression Language, compiled once to be evaluated many times.
///
/// Evaluations are total: they read nothing but their variables, change nothing, and end after a number of steps.
public struct CELProgram: Sendable, Hashable {
    /// The expression as it was written.
    public let text: String
    let code: CELCode

    /// The type of all its values, where that is known before there are any.
    public var resultType: CELType? { code.resultType }

    /// Throws everything that is wrong with the expression. `variables` are the names that it may use; one may have
    /// points in it.
    public init(
        compiling text: String,
        variables: [String] = [],
        options: CELOptions = CELOptions()
    ) throws(CELErrors) {
        self.text = text
        code = try CELCompiler.compile(text, variables, options)
    }

    /// The value for these variables; one without a value fails only when it is needed.
    public func evaluate(_ variables: [String: CELValue] = [:]) throws(CELFailure) -> CELValue {
        let slots = code.variables.map { variables[$0] }
        return CELContext.empty.owned(try evaluate(slots, .empty))
    }

    /// As above for a record in place: the result may be a view into the context. One value for each variable.
    func evaluate(_ slots: [CELValue?], _ context: CELContext) throws(CELFailure) -> CELValue {
        var steps = 0
        return try evaluate(slots, context, counting: &steps)
    }

    /// As above; adds the steps that it took.
    @inline(__always)
    func evaluate(
        _ slots: [CELValue?],
        _ context: CELContext,
        counting steps: inout Int
    ) throws(CELFailure) -> CELValue {
        try code.evaluate(slots, context, counting: &steps)
    }

    public static func == (left: CELProgram, right: CELProgram) -> Bool {
        left.text == right.text && left.code.variables == right.code.variables
            && left.code.options == right.code.options
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
