/// Records as JSON objects laid end to end in one shared buffer: the bytes exist once, whoever holds them.
public struct RecordBytes: Sendable, Hashable {
    /// The objects' text, without separators.
    public private(set) var bytes: [UInt8]
    /// `ends[i]` is the offset behind record `i`; a record starts where the one before it ends.
    public private(set) var ends: [Int]

    public init() {
        bytes = []
        ends = []
    }

    /// Takes over a filled buffer; `ends` must rise and the last must be `bytes.count`.
    public init(bytes: [UInt8], ends: [Int]) {
        precondition((ends.last ?? 0) == bytes.count, "the last record must end where the buffer ends")
        self.bytes = bytes
        self.ends = ends
    }

    public var count: Int { ends.count }
    public var isEmpty: Bool { ends.isEmpty }

    public func range(of index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

    public subscript(_ index: Int) -> ArraySlice<UInt8> { bytes[range(of: index)] }

    public mutating func append(_ record: some Collection<UInt8>) {
        bytes.append(contentsOf: record)
        ends.append(bytes.count)
    }

    public mutating func append(_ other: RecordBytes) {
        let base = bytes.count
        bytes.append(contentsOf: other.bytes)
        ends.append(contentsOf: other.ends.lazy.map { $0 + base })
    }

    /// The last `count` records in a buffer of their own, so that a few records do not keep a large batch alive.
    public func suffix(_ count: Int) -> RecordBytes {
        guard count < self.count else { return self }
        guard count > 0 else { return RecordBytes() }
        let first = self.count - count
        let start = range(of: first).lowerBound
        return RecordBytes(bytes: Array(bytes[start...]), ends: ends[first...].map { $0 - start })
    }
}
