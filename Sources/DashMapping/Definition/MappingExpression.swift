/// What expressions of a mapping have in common.
enum MappingExpression {
    /// The mapped record so far, the raw one, and when the batch was received; in the order of the slots.
    static let variables = ["record", "source", "now"]

    /// An evaluation may do this much work.
    static let maxSteps = 100_000

    static func compile(_ text: String) throws(CELErrors) -> CELProgram {
        var options = CELOptions()
        options.mixesNumbers = true
        options.maxSteps = maxSteps
        return try CELProgram(compiling: text, variables: variables, options: options)
    }
}
