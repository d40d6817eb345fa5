public import DashJSON

/// A JSON Schema (2020-12) made ready to check many values.
public struct JSONSchema: Sendable {
    let compiled: CompiledSchema
    let options: JSONSchemaOptions

    /// Reads a schema and all it refers to; throws with everything that is wrong with it at once.
    public init(_ schema: JSONValue, options: JSONSchemaOptions = JSONSchemaOptions()) throws(JSONSchemaErrors) {
        var compiler = SchemaCompiler(options)
        compiled = try compiler.compile(schema)
        self.options = options
    }

    /// Whether the value fits the schema; stops at the first fault.
    public func isValid(_ value: JSONView) -> Bool {
        withRun(over: value.document) { run in run.isValid(value.node) } ?? false
    }

    /// What is wrong with the value, up to the bound of the options; empty when it fits.
    public func violations(in value: JSONView) -> [JSONSchemaViolation] {
        withRun(over: value.document) { run in run.isValid(value.node) ? [] : run.violations(in: value.node) } ?? []
    }

    private func withRun<Result>(over document: JSONDocument, _ body: (inout SchemaRun) -> Result) -> Result? {
        document.withUnsafeTape { bytes, nodes in
            guard let tape = TapeBase(bytes, nodes) else { return nil }
            return withRun(over: tape, body)
        }
    }

    /// Runs `body` with a run over many values of one document.
    func withRun<Result>(over tape: TapeBase, _ body: (inout SchemaRun) -> Result) -> Result? {
        compiled.constants.withUnsafeTape { bytes, nodes in
            guard let constants = TapeBase(bytes, nodes) else { return nil }
            return compiled.withUnsafeParts { parts in
                var run = SchemaRun(compiled, parts, document: tape, constants: constants, options)
                return body(&run)
            }
        }
    }
}
