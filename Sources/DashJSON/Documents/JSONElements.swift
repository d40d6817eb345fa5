/// The elements of an array, one after the other.
public struct JSONElements: Sequence, IteratorProtocol, Sendable {
    private let document: JSONDocument
    private var index: Int
    private let end: Int

    init(of view: JSONView) {
        document = view.document
        index = view.node + 1
        end = view.kind == .array ? Int(document.nodes[view.node].next) : index
    }

    public mutating func next() -> JSONView? {
        guard index < end else { return nil }
        defer { index = Int(document.nodes[index].next) }
        return JSONView(document: document, node: index)
    }
}
