extension JSONDocument {
    /// Appends a value's text on one line: as it came where possible, else without white space and replaced keys.
    public func appendCompact(_ node: Int, to output: inout [UInt8]) {
        withUnsafeTape { bytes, nodes in
            guard let base = bytes.baseAddress else { return }
            JSONCompaction(base: base, nodes: nodes).append(node) { output.append(contentsOf: $0) }
        }
    }
}
