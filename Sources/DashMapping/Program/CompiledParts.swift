/// A `CompiledMapping`'s lists as pointers, for the time of one run.
struct CompiledParts {
    let text: UnsafeBufferPointer<UInt8>
    let keys: UnsafeBufferPointer<CompiledMapping.Key>
    let steps: UnsafeBufferPointer<CompiledMapping.Step>
    let instructions: UnsafeBufferPointer<CompiledMapping.Instruction>
    let fields: UnsafeBufferPointer<CompiledMapping.Field>
    let rules: UnsafeBufferPointer<CompiledMapping.CheckedRule>
}

extension CompiledMapping {
    func withUnsafeParts<Result>(_ body: (CompiledParts) -> Result) -> Result {
        text.withUnsafeBufferPointer { text in
            keys.withUnsafeBufferPointer { keys in
                steps.withUnsafeBufferPointer { steps in
                    instructions.withUnsafeBufferPointer { instructions in
                        fields.withUnsafeBufferPointer { fields in
                            rules.withUnsafeBufferPointer { rules in
                                body(
                                    CompiledParts(
                                        text: text,
                                        keys: keys,
                                        steps: steps,
                                        instructions: instructions,
                                        fields: fields,
                                        rules: rules
                                    )
                                )
                            }
                        }
                    }
                }
            }
        }
    }
}
