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

    /// How much more than copying it asks for each record: its expressions, patterns and paths of many values.
    public var weight: Int {
        compiled.expressions.count + compiled.conditions.count + compiled.patterns.count + compiled.paths.count
            + (schema?.compiled.patterns.count ?? 0)
    }

    /// What the program remembers between batches, made anew; nil when it remembers nothing.
    public func makeMemory() -> MappingMemory? {
        compiled.remembered.isEmpty ? nil : MappingMemory(compiled.remembered)
    }

    /// Whether a memory that was made for another version of the program can serve this one.
    public func accepts(_ memory: MappingMemory) -> Bool { memory.keys == compiled.remembered }

    /// Whether records stay as they came and nothing is checked.
    public var isIdentity: Bool {
        if case .asIs = compiled.mode { compiled.rules.isEmpty && schema == nil } else { false }
    }

    /// Maps the values at `roots`, each of which should be an object. `receivedAt` is `now` to expressions; without it
    /// those that need it fail.
    ///
    /// What is remembered between batches is kept in `memory`, with which the output's ticket must be settled; without
    /// it, records are compared with those of the same batch only. `notingFates`: the output tells what became of each.
    public func run(
        document source: JSONDocument,
        roots: [Int],
        receivedAt: Timestamp? = nil,
        memory: MappingMemory? = nil,
        notingFates: Bool = false
    ) -> MappingOutput {
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
                        run.notesFates = notingFates
                        return map(roots, &run, memory, receivedAt)
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
                        run.notesFates = notingFates
                        run.schema = schemaRun
                        run.refusesMisfits = schemaMode == .enforce
                        return map(roots, &run, memory, receivedAt)
                    } ?? MappingOutput(records: RecordBytes(), received: 0)
                }
            }
        }
    }

    /// Maps the records of a decoded body.
    public func run(
        _ records: DecodedRecords,
        receivedAt: Timestamp? = nil,
        memory: MappingMemory? = nil,
        notingFates: Bool = false
    ) -> MappingOutput {
        run(
            document: records.document,
            roots: records.roots,
            receivedAt: receivedAt,
            memory: memory,
            notingFates: notingFates
        )
    }

    private func map(
        _ roots: [Int],
        _ run: inout MappingRun,
        _ memory: MappingMemory?,
        _ receivedAt: Timestamp?
    ) -> MappingOutput {
        guard let memory = memory ?? makeMemory() else { return run.map(roots) }
        run.memory = memory
        run.ticket = memory.begin()
        run.receivedAt = receivedAt ?? run.receivedAt
        return run.map(roots)
    }

    /// Maps records that another pipeline has stored.
    public func run(
        _ records: RecordBytes,
        receivedAt: Timestamp? = nil,
        memory: MappingMemory? = nil
    ) throws(JSONError) -> MappingOutput {
        if isIdentity { return MappingOutput(records: records, received: records.count) }
        let limits = JSONLimits(maxBytes: .max, maxNodes: .max)
        let document = try JSONDocument(parsingAdjacent: records.bytes, limits: limits)
        return run(document: document, roots: document.roots, receivedAt: receivedAt, memory: memory)
    }
}
