extension MappingRun {
    /// Why nothing more may be evaluated; nil while there are steps left.
    @inline(__always)
    mutating func overBudget() -> CELFailure? {
        if stepsTaken < portion, !isOverBudget { return nil }
        return settleBudget()
    }

    @inline(never)
    mutating func settleBudget() -> CELFailure? {
        budget.spend(stepsTaken)
        stepsTaken = 0
        // A batch that nobody waits for any more is mapped no further.
        isOverBudget = isOverBudget || budget.isSpent || Task.isCancelled
        guard isOverBudget else { return nil }
        let reason =
            "mapping the batch takes more than \(budget.limit) steps; simplify the mapping or send less at once"
        return CELFailure(.budget, reason)
    }
}
