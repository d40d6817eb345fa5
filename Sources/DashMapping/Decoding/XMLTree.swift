import DashJSON

/// What the XML parser's calls build: elements and attributes side by side in one array, linked by place, and their texts
/// in another. Both grow with the body and no faster.
final class XMLTree {
    private struct Node {
        /// Its name's place among the names.
        var name: Int32
        /// Its children, attributes among them, and who comes next among the parent's.
        var first: Int32 = -1
        var last: Int32 = -1
        var next: Int32 = -1
        /// The next of its name; only while its parent is written.
        var twin: Int32 = -1
        var textStart: Int32 = 0
        var textLength: Int32 = 0
    }

    /// An element whose end has not come.
    private struct Open {
        var node: Int
        var text: [UInt8] = []
    }

    /// Why the reading was stopped by us.
    private(set) var refusal: String?
    private var nodes: [Node] = []
    private var texts: [UInt8] = []
    private var names: [String] = []
    private var places: [String: Int32] = [:]
    private var stack: [Open] = []
    private var isComplete = false
    private let maxDepth: Int
    private let maxNodes: Int
    private let stop: () -> Void

    init(maxDepth: Int, maxNodes: Int, stop: @escaping () -> Void) {
        self.maxDepth = maxDepth
        self.maxNodes = maxNodes
        self.stop = stop
    }

    // MARK: Reading

    func open(_ name: UnsafePointer<CChar>?, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?) {
        guard let name, stack.count < maxDepth else { return refuse("it is nested deeper than \(maxDepth) elements") }
        let element = add(String(cString: name))
        stack.append(Open(node: element))
        var index = 0
        while let key = attributes?[index], let value = attributes?[index + 1] {
            let attribute = add("@" + String(cString: key))
            append(attribute, to: element)
            setText(of: attribute, String(cString: value).utf8)
            index += 2
        }
    }

    func append(_ text: UnsafePointer<CChar>?, _ count: Int32) {
        guard let text, !stack.isEmpty else { return }
        stack[stack.count - 1].text.append(contentsOf: UnsafeRawBufferPointer(start: text, count: Int(count)))
    }

    func close() {
        guard let element = stack.popLast() else { return }
        setText(of: element.node, Self.trimmed(element.text))
        if let parent = stack.last { append(element.node, to: parent.node) } else { isComplete = true }
    }

    func refuse(_ reason: String) {
        refusal = refusal ?? reason
        stop()
    }

    private func add(_ name: String) -> Int {
        if nodes.count >= maxNodes { refuse("it has more than \(maxNodes) elements and attributes") }
        let place: Int32
        if let known = places[name] {
            place = known
        } else {
            place = Int32(names.count)
            names.append(name)
            places[name] = place
        }
        nodes.append(Node(name: place))
        return nodes.count - 1
    }

    private func append(_ child: Int, to parent: Int) {
        let last = Int(nodes[parent].last)
        if last < 0 { nodes[parent].first = Int32(child) } else { nodes[last].next = Int32(child) }
        nodes[parent].last = Int32(child)
    }

    private func setText(of node: Int, _ text: some Collection<UInt8>) {
        nodes[node].textStart = Int32(clamping: texts.count)
        nodes[node].textLength = Int32(clamping: text.count)
        texts.append(contentsOf: text)
    }

    /// Without the white space that only lays an XML text out.
    private static func trimmed(_ text: [UInt8]) -> ArraySlice<UInt8> {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
        guard let first = text.firstIndex(where: { !isSpace($0) }), let last = text.lastIndex(where: { !isSpace($0) })
        else { return [] }
        return text[first...last]
    }

    // MARK: Writing

    /// The document as JSON: an object whose one member is the root. nil when the root did not end.
    func json() -> [UInt8]? {
        guard isComplete, let root = nodes.first else { return nil }
        var writer = Writer(output: [], tails: Array(repeating: (parent: -1, node: -1), count: names.count))
        writer.output.reserveCapacity(texts.count + nodes.count * 8)
        writer.output.append(UInt8(ascii: "{"))
        writeKey(root.name, &writer)
        write(0, &writer)
        writer.output.append(UInt8(ascii: "}"))
        return writer.output
    }

    private struct Writer {
        var output: [UInt8]
        /// The last node of each name, under the parent that is being sorted.
        var tails: [(parent: Int, node: Int)]
    }

    /// Depth is bounded by the reading.
    private func write(_ index: Int, _ writer: inout Writer) {
        let node = nodes[index]
        guard node.first >= 0 else { return writeText(node, &writer) }
        writer.output.append(UInt8(ascii: "{"))
        var isFirst = true
        for group in groups(of: index, &writer) {
            if !isFirst { writer.output.append(UInt8(ascii: ",")) }
            isFirst = false
            writeKey(nodes[group].name, &writer)
            guard nodes[group].twin >= 0 else {
                write(group, &writer)
                continue
            }
            var separator = UInt8(ascii: "[")
            var twin = group
            while twin >= 0 {
                writer.output.append(separator)
                separator = UInt8(ascii: ",")
                write(twin, &writer)
                twin = Int(nodes[twin].twin)
            }
            writer.output.append(UInt8(ascii: "]"))
        }
        if node.textLength > 0 {
            writer.output.append(contentsOf: ",\"#text\":".utf8)
            writeText(node, &writer)
        }
        writer.output.append(UInt8(ascii: "}"))
    }

    /// The first child of each name, in their order; the others follow as twins.
    private func groups(of parent: Int, _ writer: inout Writer) -> [Int] {
        var groups: [Int] = []
        var child = Int(nodes[parent].first)
        while child >= 0 {
            let name = Int(nodes[child].name)
            if writer.tails[name].parent == parent {
                nodes[writer.tails[name].node].twin = Int32(child)
            } else {
                groups.append(child)
            }
            writer.tails[name] = (parent, child)
            child = Int(nodes[child].next)
        }
        return groups
    }

    private func writeKey(_ name: Int32, _ writer: inout Writer) {
        JSONEscaping.append(names[Int(name)], to: &writer.output)
        writer.output.append(UInt8(ascii: ":"))
    }

    private func writeText(_ node: Node, _ writer: inout Writer) {
        let range = Int(node.textStart)..<Int(node.textStart) + Int(node.textLength)
        texts.withUnsafeBufferPointer { texts in
            JSONEscaping.append(UnsafeBufferPointer(rebasing: texts[range]), to: &writer.output)
        }
    }
}
