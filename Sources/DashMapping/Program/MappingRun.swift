import DashJSON
import DashModel

/// One run of a program over a batch: loops over the records and keeps what they need while they are made.
struct MappingRun: ~Copyable {
    let program: CompiledMapping
    let parts: CompiledParts
    let source: JSONDocument
    let document: TapeBase
    let constants: TapeBase
    /// Texts that conversions have made for the record at hand.
    var scratch = ByteBuffer(capacity: 1 << 10)
    var output: ByteBuffer
    var ends: [Int] = []
    var tree = RecordTree()
    /// Records that were dropped because they repeat another one.
    var duplicates = 0
    /// What is remembered between batches; nil: only this batch is looked at.
    var memory: MappingMemory?
    var ticket = 0
    var receivedAt = Timestamp(microseconds: 0)
    /// The batch that must be saved or not before this one can be mapped.
    var undecided: Int?
    /// Records that a filter has dropped.
    var filtered = 0
    /// Set when the record at hand grows beyond its limit.
    var isTooLarge = false
    /// What the batch may become, in bytes.
    var maxOutput: Int
    /// Whether to note what becomes of each source record, and what did.
    var notesFates = false
    var fates: [MappingOutput.Fate] = []
    /// Why the batch is given up.
    var stop: MappingOutput.Stop?
    /// What the batch may still take, and what was not counted there yet.
    let budget: MappingBudget
    var stepsTaken = 0
    /// So many steps are counted here before the batch's budget is asked, and whether anybody still waits for it.
    let portion: Int
    var isOverBudget = false
    /// The variables of expressions: the record, the source, now.
    var slots: [CELValue?]
    /// For each step, how far behind its object the key lay last time: records of a batch have mostly one shape.
    let guesses: UnsafeMutablePointer<Int32>
    /// Checks source records; nil when there is nothing to check.
    var schema: SchemaRun?
    var refusesMisfits = false
    var misfits = 0
    var misfitSamples: [[UInt8]] = []
    /// Where the objects that are open in the output begin.
    let marks: UnsafeMutablePointer<Int>

    init(
        _ program: CompiledMapping,
        _ parts: CompiledParts,
        source: JSONDocument,
        _ document: TapeBase,
        _ constants: TapeBase,
        receivedAt: Timestamp?
    ) {
        self.program = program
        self.parts = parts
        self.source = source
        self.document = document
        self.constants = constants
        output = ByteBuffer(capacity: document.byteCount)
        maxOutput = MappingOutput.most(of: document.byteCount)
        budget = MappingBudget.current ?? MappingBudget(steps: MappingBudget.usual)
        portion = min(20_000, max(1, budget.limit / 100))
        isOverBudget = budget.isSpent
        guesses = .allocate(capacity: parts.steps.count + 1)
        guesses.initialize(repeating: 1, count: parts.steps.count + 1)
        marks = .allocate(capacity: FieldPath.maxKeys + 1)
        slots = [nil, nil, receivedAt.map { .timestamp(CELTimestamp($0)) }]
    }

    deinit {
        budget.spend(stepsTaken)
        guesses.deallocate()
        marks.deallocate()
    }

    mutating func map(_ roots: [Int]) -> MappingOutput {
        ends.reserveCapacity(roots.count)
        var refused: [RefusedRecord] = []
        var refusedBytes = 0
        var untilLook = Self.lookInterval
        for root in roots {
            let start = output.count
            let records = ends.count
            let passed = filtered
            let dropped = duplicates
            let claims = memory?.claims(of: ticket) ?? 0
            untilLook &-= 1
            if untilLook < 0 {
                untilLook = Self.lookInterval
                stop = stopped(refusedBytes)
                if stop != nil { break }
            }
            scratch.truncate(to: 0)
            guard let refusal = mapRecord(root) ?? unstorable(root, from: records, start) else {
                if output.count > maxOutput { untilLook = 0 }
                if notesFates {
                    fates.append(
                        .init(mapped: ends.count - records, refused: 0, duplicates: duplicates - dropped)
                    )
                }
                continue
            }
            duplicates = dropped
            filtered = passed
            memory?.release(ticket, beyond: claims)
            if let other = refusal.undecided {
                undecided = other
                break
            }
            output.truncate(to: start)
            ends.removeLast(ends.count - records)
            var data: [UInt8] = []
            source.appendCompact(root, to: &data)
            refusedBytes += data.count
            if notesFates { fates.append(.init(mapped: 0, refused: 1, duplicates: 0)) }
            if refusedBytes > maxOutput { untilLook = 0 }
            refused.append(
                RefusedRecord(
                    rule: refusal.rule,
                    field: refusal.field.map(Self.printable),
                    reason: Self.printable(refusal.reason),
                    data: data
                )
            )
        }
        if stop == nil { stop = stopped(refusedBytes) }
        // Of a batch that is given up nothing is needed.
        let records = stop == nil ? RecordBytes(bytes: output.array(), ends: ends) : RecordBytes()
        var result = MappingOutput(records: records, refused: refused, filtered: filtered, received: roots.count)
        result.misfits = misfits
        result.duplicates = duplicates
        result.ticket = memory == nil ? nil : ticket
        result.undecided = undecided
        result.misfitSamples = misfitSamples
        result.stop = stop
        result.fates = fates
        return result
    }

    /// Appends what one source record becomes, or says why it can't be stored.
    @inline(__always)
    private mutating func mapRecord(_ root: Int) -> Refusal? {
        let node = document.nodes[root]
        guard node.kind == .object else { return .notAnObject(node.kind) }
        if schema != nil, let refusal = checkSchema(root) { return refusal }
        switch program.mode {
        case .asIs: return copyRecord(root)
        case .flat: return mapFlat(root)
        case .tree: return mapTree(root)
        }
    }

    private mutating func copyRecord(_ root: Int) -> Refusal? {
        for index in parts.rules.indices {
            let found = lookUp(parts.rules[index].steps, from: root)
            let value = found < 0 ? nil : FieldValue(document.nodes[found], at: found, origin: .document)
            if let refusal = check(parts.rules[index], value) { return refusal }
        }
        write(FieldValue(document.nodes[root], at: root, origin: .document))
        ends.append(output.count)
        return nil
    }

    // MARK: Bytes

    @inline(__always)
    func base(of origin: Origin) -> UnsafePointer<UInt8> {
        switch origin {
        case .document: document.bytes
        case .program: constants.bytes
        case .scratch: UnsafePointer(scratch.base)
        }
    }

    @inline(__always)
    func nodes(of origin: Origin) -> UnsafePointer<JSONNode> {
        origin == .program ? constants.nodes : document.nodes
    }

    @inline(__always)
    func bytes(of value: FieldValue) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: base(of: value.origin) + value.start, count: value.length)
    }

    /// A string's inside, escapes as they are.
    @inline(__always)
    func content(of value: FieldValue) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: base(of: value.origin) + value.start + 1, count: value.length - 2)
    }

    /// Copies a value's text to the output.
    @inline(__always)
    mutating func write(_ value: FieldValue) {
        if value.flags.contains(.rough) { return writeRough(value) }
        if value.origin == .document {
            let readable = document.byteCount &- value.start
            output.append(document.bytes + value.start, value.length, readable: readable)
        } else {
            output.append(base(of: value.origin) + value.start, value.length)
        }
    }

    @inline(never)
    private mutating func writeRough(_ value: FieldValue) {
        let tape = value.origin == .program ? constants : document
        let nodes = UnsafeBufferPointer(start: tape.nodes, count: tape.nodeCount)
        JSONCompaction(base: tape.bytes, nodes: nodes).append(value.node) { piece in
            guard let start = piece.baseAddress else { return }
            output.append(start, piece.count)
        }
    }
}
