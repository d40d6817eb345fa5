public import DashJSON
public import DashModel

/// A definition made ready to run over many batches.
public struct MappingProgram: Sendable {
    private let compiled: CompiledMapping
    private let schema: JSONSchema?
    private let schemaMode: SchemaMode

    /// Throws for constants that can't be stored, and for a schema that has something to check and can't be read.
    public init(compiling definition: MappingDefinition) throws(MappingErrors) {
        var compiler = MappingCompiler()
        compiled = try compiler.compile(definition)
        schemaMode = definition.schemaMode
        schema = try Self.schema(of: definition)
    }

    private static func schema(of definition: MappingDefinition) throws(MappingErrors) -> JSONSchema? {
        guard definition.schemaMode != .ignore, let schema = definition.sourceSchema else { return nil }
        do throws(JSONSchemaErrors) {
            return try JSONSchema(schema, options: JSONSchemaOptions(formats: .asserted))
        } catch {
            throw MappingErrors(
                issues: error.issues.map { .init(pointer: "/source_schema" + $0.pointer, message: $0.message) }
            )
        }
    }

    /// What the program remembers between batches, made anew; nil when it remembers nothing.
    public func makeMemory() -> MappingMemory? {
        compiled.keyLimits.isEmpty ? nil : MappingMemory(compiled.keyLimits)
    }

    /// Whether a memory that was made for another version of the program can serve this one.
    public func accepts(_ memory: MappingMemory) -> Bool { memory.limits == compiled.keyLimits }

    /// Whether records stay as they came and nothing is checked.
    public var isIdentity: Bool {
        if case .asIs = compiled.mode { compiled.rules.isEmpty && schema == nil } else { false }
    }

    /// Maps the values at `roots`, each of which should be an object. `receivedAt` is `now` to expressions; without it
    /// those that need it fail.
    public func run(document source: JSONDocument, roots: [Int], receivedAt: Timestamp? = nil) -> MappingOutput {
        source.withUnsafeTape { bytes, nodes in
            compiled.constants.withUnsafeTape { constantBytes, constantNodes in
                compiled.withUnsafeParts { parts in
                    guard let sourceBase = TapeBase(bytes, nodes),
                        let constants = TapeBase(constantBytes, constantNodes)
                    else { return MappingOutput(records: RecordBytes(), received: 0) }
                    guard let schema else {
                        var run = MappingRun(
                            compiled,
                            parts,
                            source: source,
                            sourceBase,
                            constants,
                            receivedAt: receivedAt
                        )
                        return run.map(roots)
                    }
                    return schema.withRun(over: sourceBase) { schemaRun in
                        var run = MappingRun(
                            compiled,
                            parts,
                            source: source,
                            sourceBase,
                            constants,
                            receivedAt: receivedAt
                        )
                        run.schema = schemaRun
                        run.refusesMisfits = schemaMode == .enforce
                        return run.map(roots)
                    } ?? MappingOutput(records: RecordBytes(), received: 0)
                }
            }
        }
    }

    /// Maps the records of a decoded body.
    public func run(_ records: DecodedRecords, receivedAt: Timestamp? = nil) -> MappingOutput {
        run(document: records.document, roots: records.roots, receivedAt: receivedAt)
    }

    /// Maps records that another pipeline has stored.
    public func run(_ records: RecordBytes, receivedAt: Timestamp? = nil) throws(JSONError) -> MappingOutput {
        if isIdentity { return MappingOutput(records: records, received: records.count) }
        let limits = JSONLimits(maxBytes: .max, maxNodes: .max)
        let document = try JSONDocument(parsingAdjacent: records.bytes, limits: limits)
        return run(document: document, roots: document.roots, receivedAt: receivedAt)
    }
}
