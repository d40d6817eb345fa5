/// A compiled expression's lists, and its variables, as pointers for the time of one evaluation.
struct CELParts {
    let nodes: UnsafeBufferPointer<CELNode>
    let constants: UnsafeBufferPointer<CELValue>
    let keys: UnsafeBufferPointer<CELCode.Key>
    let text: UnsafeBufferPointer<UInt8>
    let variables: UnsafeBufferPointer<CELValue?>
}

extension CELCode {
    /// The value for these variables, one for each slot. It may be a view into the context.
    @inline(__always)
    func evaluate(
        from start: Int? = nil,
        _ variables: [CELValue?],
        _ context: CELContext,
        maxSteps: Int? = nil,
        counting steps: inout Int
    ) throws(CELFailure) -> CELValue {
        try nodes.withUnsafeBufferPointer { nodes throws(CELFailure) in
            try constants.withUnsafeBufferPointer { constants throws(CELFailure) in
                try keys.withUnsafeBufferPointer { keys throws(CELFailure) in
                    try text.withUnsafeBufferPointer { text throws(CELFailure) in
                        try variables.withUnsafeBufferPointer { variables throws(CELFailure) in
                            let parts = CELParts(
                                nodes: nodes,
                                constants: constants,
                                keys: keys,
                                text: text,
                                variables: variables
                            )
                            let most = maxSteps ?? options.maxSteps
                            var evaluator = CELEvaluator(self, parts, context, most)
                            defer { steps += most - max(0, evaluator.stepsLeft) }
                            return try evaluator.evaluate(Int32(truncatingIfNeeded: start ?? root))
                        }
                    }
                }
            }
        }
    }
}
