/// Writes compact JSON into bytes; puts the commas itself. The caller keeps the order of keys and values right.
public struct JSONWriter: Sendable {
    /// What has been written so far.
    public private(set) var bytes: [UInt8]
    private var needsComma = false

    public init(reserving capacity: Int = 0) {
        bytes = []
        if capacity > 0 { bytes.reserveCapacity(capacity) }
    }

    public mutating func beginObject() { open(UInt8(ascii: "{")) }
    public mutating func endObject() { close(UInt8(ascii: "}")) }
    public mutating func beginArray() { open(UInt8(ascii: "[")) }
    public mutating func endArray() { close(UInt8(ascii: "]")) }

    /// A member's key; its value comes next.
    public mutating func key(_ key: String) {
        separate()
        JSONEscaping.append(key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    public mutating func string(_ value: String) {
        separate()
        JSONEscaping.append(value, to: &bytes)
        needsComma = true
    }

    public mutating func number(_ value: JSONNumber) { token(value.text.utf8) }
    public mutating func int(_ value: some FixedWidthInteger) { token(String(value).utf8) }
    /// Infinities and NaN have no JSON spelling and become `null`.
    public mutating func double(_ value: Double) {
        if let value = JSONNumber(value) { number(value) } else { null() }
    }
    public mutating func bool(_ value: Bool) { token((value ? "true" : "false").utf8) }
    public mutating func null() { token("null".utf8) }

    /// A value that is JSON already.
    public mutating func raw(_ value: some Collection<UInt8>) { token(value) }

    /// A value of a document, without white space and replaced keys.
    public mutating func view(_ value: JSONView) {
        separate()
        value.document.appendCompact(value.node, to: &bytes)
        needsComma = true
    }

    /// A whole tree.
    public mutating func write(_ value: JSONValue) { write(value, sortedKeys: false) }

    mutating func write(_ value: JSONValue, sortedKeys: Bool) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .number(let value): number(value)
        case .string(let value): string(value)
        case .array(let elements):
            beginArray()
            for element in elements { write(element, sortedKeys: sortedKeys) }
            endArray()
        case .object(let object):
            beginObject()
            let members = sortedKeys ? object.members.sorted { $0.key < $1.key } : object.members
            for member in members {
                key(member.key)
                write(member.value, sortedKeys: sortedKeys)
            }
            endObject()
        }
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func token(_ text: some Collection<UInt8>) {
        separate()
        bytes.append(contentsOf: text)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }
}
