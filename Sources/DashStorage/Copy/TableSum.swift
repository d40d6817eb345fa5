/// How many rows a table has, and a checksum over them that does not depend on their order: the sum of their digests.
public struct TableSum: Sendable, Hashable {
    public private(set) var rows = 0
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    public init() {}

    /// Adds a row whose values are in the form that both engines share.
    public mutating func add(_ row: SQLRow) {
        var form = CanonicalForm()
        for value in row.cells { form.append(value) }
        let digest = RowDigest(form.bytes)
        rows += 1
        low &+= digest.low
        high &+= digest.high
    }

    mutating func add(_ other: TableSum) {
        rows += other.rows
        low &+= other.low
        high &+= other.high
    }

    /// The checksum, 32 hexadecimal digits.
    public var checksum: String { Self.hex(high) + Self.hex(low) }

    private static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
