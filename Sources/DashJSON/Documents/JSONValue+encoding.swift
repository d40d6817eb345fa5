extension JSONValue {
    /// The value as compact JSON. Keys keep their order, or are sorted by their text so that equal values give equal bytes.
    public func encoded(sortedKeys: Bool = false) -> [UInt8] {
        var writer = JSONWriter()
        writer.write(self, sortedKeys: sortedKeys)
        return writer.bytes
    }

    /// The value as compact JSON text, keys in their order.
    public var text: String { String(decoding: encoded(), as: UTF8.self) }
}
