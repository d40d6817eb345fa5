public import DashJSON
public import DashModel

/// A definition made ready to run over many batches.
public struct MappingProgram: Sendable {
    private let compiled: CompiledMapping

    /// Throws only for constants that can't be stored.
    public init(compiling definition: MappingDefinition) throws(MappingErrors) {
        var compiler = MappingCompiler()
        compiled = try compiler.compile(definition)
    }

    /// Whether records stay as they came and nothing is checked.
    public var isIdentity: Bool {
        if case .asIs = compiled.mode { compiled.rules.isEmpty } else { false }
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
                    var run = MappingRun(compiled, parts, source: source, sourceBase, constants, receivedAt: receivedAt)
                    return run.map(roots)
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
