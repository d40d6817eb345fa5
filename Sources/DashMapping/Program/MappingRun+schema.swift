import DashJSON

extension MappingRun {
    private static var maxSamples: Int { 50 }

    /// Whether a source record fits the schema; a misfit is refused only where that is asked for.
    @inline(__always)
    mutating func checkSchema(_ root: Int) -> Refusal? {
        guard schema != nil else { return nil }
        if let failure = overBudget() { return .budget(failure, field: nil) }
        schema?.maxSearchSteps = max(0, budget.remaining)
        let fits = schema?.isValid(root) ?? true
        stepsTaken += schema?.stepsTaken ?? 0
        return fits ? nil : misfit(root)
    }

    @inline(never)
    private mutating func misfit(_ root: Int) -> Refusal? {
        // What the budget cut short is no misfit.
        if schema?.isExhausted ?? false, let failure = settleBudget() { return .budget(failure, field: nil) }
        misfits += 1
        guard refusesMisfits else {
            guard misfitSamples.count < Self.maxSamples, !document.nodes[root].flags.contains(.unstorable) else {
                return nil
            }
            var sample: [UInt8] = []
            source.appendCompact(root, to: &sample)
            misfitSamples.append(sample)
            return nil
        }
        guard let violations = schema?.violations(in: root), let first = violations.first else { return nil }
        stepsTaken += schema?.stepsTaken ?? 0
        let tokens = (SchemaPointer.tokens(first.instanceLocation) ?? []) + (first.missing.map { [$0] } ?? [])
        let place = first.instanceLocation.isEmpty ? "the record" : Self.shortened(first.instanceLocation)
        let more = violations.count > 1 ? "; \(violations.count - 1) more" : ""
        let reason = "\(place): \(first.message) (\(first.schemaLocation))\(more)"
        return Refusal(
            rule: "schema.\(first.keyword)",
            field: tokens.isEmpty ? nil : Self.shortened(FieldPath.text(of: tokens)),
            reason: reason
        )
    }

    /// A record's keys can be of any length.
    private static func shortened(_ text: String) -> String {
        text.utf8.count <= 300 ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(250))) + "…"
    }
}
