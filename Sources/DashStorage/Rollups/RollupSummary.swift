public import DashModel

/// What the numbers of a field come to over some records. Summaries merge in any order to the same.
public struct RollupSummary: Sendable, Hashable {
    /// A value with its record's place: records are in order by time, then by id.
    public struct Edge: Sendable, Hashable {
        public var value: Double
        public var at: Timestamp
        public var id: Int64

        public init(_ value: Double, at: Timestamp, id: Int64) {
            self.value = value
            self.at = at
            self.id = id
        }

        func isBefore(_ other: Edge) -> Bool { (at, id) < (other.at, other.id) }
    }

    /// How many numbers; for `*` how many records.
    public var count: Int64 = 0
    public var sum: Double?
    public var min: Double?
    public var max: Double?
    public var first: Edge?
    public var last: Edge?

    /// Also what a bucket has whose records lack the field: it shows that there were records.
    public init() {}

    public init(records: Int64) { count = records }

    public mutating func add(_ value: Double, at: Timestamp, id: Int64) {
        var one = RollupSummary()
        one.count = 1
        (one.sum, one.min, one.max) = (value, value, value)
        one.first = Edge(value, at: at, id: id)
        one.last = one.first
        merge(one)
    }

    public mutating func merge(_ other: RollupSummary) {
        count += other.count
        sum = Self.merged(sum, other.sum, +)
        min = Self.merged(min, other.min, Swift.min)
        max = Self.merged(max, other.max, Swift.max)
        first = Self.merged(first, other.first) { $1.isBefore($0) ? $1 : $0 }
        last = Self.merged(last, other.last) { $0.isBefore($1) ? $1 : $0 }
    }

    private static func merged<Value>(_ lhs: Value?, _ rhs: Value?, _ merge: (Value, Value) -> Value) -> Value? {
        guard let lhs else { return rhs }
        return rhs.map { merge(lhs, $0) } ?? lhs
    }
}
