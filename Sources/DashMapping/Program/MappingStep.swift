/// A transformation that makes a value of other values or hides one, in the form that runs read. Nodes are the
/// constants' numbers first, then their tape indices.
enum MappingStep: Sendable {
    case split(Range<Int>, to: Range<Int>, separator: [UInt8], trims: Bool)
    case join([Range<Int>], to: Range<Int>, separator: [UInt8])
    case lookup(Range<Int>, to: Range<Int>, table: [String: Int], defaultNode: Int)
    case parseTime(Range<Int>, to: Range<Int>, format: Int)
    case redact([Range<Int>], Redaction)
    case hash([Range<Int>], salt: [UInt8]?)

    /// With constants by their place on the tape.
    func placed(_ nodes: [Int]) -> MappingStep {
        guard case .lookup(let field, let to, let table, let defaultNode) = self else { return self }
        return .lookup(
            field,
            to: to,
            table: table.mapValues { nodes[$0] },
            defaultNode: defaultNode < 0 ? -1 : nodes[defaultNode]
        )
    }
}
