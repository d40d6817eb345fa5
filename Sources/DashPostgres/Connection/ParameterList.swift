import DashModel
import DashStorage
import FoundationEssentials

/// Parameters in PostgreSQL's binary formats, laid end to end in one buffer. Text goes untyped, so that the server takes
/// it for what stands at its place: an enum, a varchar, JSON.
struct ParameterList {
    private(set) var types: [UInt32] = []
    private var bytes: [UInt8] = []
    /// Where each value starts; nil is NULL.
    private var starts: [Int?] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []

    var count: Int { types.count }

    mutating func append(_ value: SQLValue) throws {
        switch value {
        case .null: add(.unspecified, nil)
        case .text(let text):
            // The text format ends at the first NUL.
            guard !text.utf8.contains(0) else { throw SQLError(.invalidValue, "a text holds a NUL character") }
            add(.unspecified, isBinary: false) {
                $0.append(contentsOf: text.utf8); $0.append(0)
            }
        case .array(let kind, let elements): add(kind.arrayType) { BinaryArray.write(elements, kind, to: &$0) }
        default: add(PostgresType(of: value)) { BinaryFormat.write(value, to: &$0) }
        }
    }

    /// A value that was encoded before.
    mutating func append(encoded value: [UInt8], as type: PostgresType) {
        add(type) { $0.append(contentsOf: value) }
    }

    private mutating func add(
        _ type: PostgresType,
        isBinary: Bool = true,
        _ write: ((inout [UInt8]) -> Void)?
    ) {
        types.append(type.rawValue)
        formats.append(isBinary ? 1 : 0)
        starts.append(write == nil ? nil : bytes.count)
        let before = bytes.count
        write?(&bytes)
        lengths.append(Int32(clamping: bytes.count - before))
    }

    /// Lends libpq's view: count, values, lengths and formats.
    func withPointers<Value>(
        _ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Value
    ) -> Value {
        // One byte more, as an empty buffer has no address and an address is what tells an empty value from NULL.
        let buffer = bytes.isEmpty ? [0] : bytes
        return buffer.withUnsafeBytes { raw in
            let base = raw.baseAddress?.assumingMemoryBound(to: CChar.self)
            let values = starts.map { start in start.flatMap { offset in base.map { $0 + offset } } }
            return body(Int32(types.count), values, lengths, formats)
        }
    }
}
