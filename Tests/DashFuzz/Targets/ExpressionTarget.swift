import DashJSON
import DashMapping
import DashModel

/// Expressions in CEL over odd values.
struct ExpressionTarget: FuzzTarget {
    let name = "expressions"

    func run(_ input: inout FuzzInput) {
        let text = input.note(Expressions.any(&input))
        var options = CELOptions()
        options.mixesNumbers = input.isOne(in: 2)
        guard let program = try? CELProgram(compiling: text, variables: ["record", "now"], options: options),
            let record = try? JSONValue(parsing: input.note(input.object()))
        else { return }
        let now = CELTimestamp(input.pick([Timestamp(microseconds: .min), .epoch, Timestamp(microseconds: .max)]))
        _ = try? program.evaluate(["record": CELValue(record), "now": .timestamp(now)])
    }
}
