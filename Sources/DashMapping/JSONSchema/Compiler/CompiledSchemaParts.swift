/// A `CompiledSchema`'s lists as pointers, for the time of one run.
struct CompiledSchemaParts {
    let nodes: UnsafeBufferPointer<CompiledSchema.Node>
    let instructions: UnsafeBufferPointer<SchemaInstruction>
    let text: UnsafeBufferPointer<UInt8>
    let keys: UnsafeBufferPointer<CompiledSchema.Key>
    let slots: UnsafeBufferPointer<Int32>
    let members: UnsafeBufferPointer<CompiledSchema.Members>
    let lists: UnsafeBufferPointer<Int32>
    let numbers: UnsafeBufferPointer<SchemaNumber>
}

extension CompiledSchema {
    func withUnsafeParts<Result>(_ body: (CompiledSchemaParts) -> Result) -> Result {
        nodes.withUnsafeBufferPointer { nodes in
            instructions.withUnsafeBufferPointer { instructions in
                text.withUnsafeBufferPointer { text in
                    keys.withUnsafeBufferPointer { keys in
                        slots.withUnsafeBufferPointer { slots in
                            members.withUnsafeBufferPointer { members in
                                lists.withUnsafeBufferPointer { lists in
                                    numbers.withUnsafeBufferPointer { numbers in
                                        body(
                                            CompiledSchemaParts(
                                                nodes: nodes,
                                                instructions: instructions,
                                                text: text,
                                                keys: keys,
                                                slots: slots,
                                                members: members,
                                                lists: lists,
                                                numbers: numbers
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
    }
}
