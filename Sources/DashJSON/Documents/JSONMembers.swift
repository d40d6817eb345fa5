/// The members of an object, one after the other, without those that a later equal key replaces.
public struct JSONMembers: Sequence, IteratorProtocol, Sendable {
    private let document: JSONDocument
    private var index: Int
    private let end: Int

    init(of view: JSONView) {
        document = view.document
        index = view.node + 1
        end = view.kind == .object ? Int(document.nodes[view.node].next) : index
    }

    public mutating func next() -> (key: String, value: JSONView)? {
        while index < end {
            let key = index
            index = Int(document.nodes[key + 1].next)
            guard !document.nodes[key].flags.contains(.overridden) else { continue }
            return (document.text(key), JSONView(document: document, node: key + 1))
        }
        return nil
    }
}
