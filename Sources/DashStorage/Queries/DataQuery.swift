public import DashJSON
public import DashModel
public import FoundationEssentials

/// A question about one pipeline's records: what a widget shows and what `POST /api/v1/query` answers.
public struct DataQuery: Sendable, Hashable {
    public enum Aggregate: String, Sendable, CaseIterable {
        case count, sum, avg, min, max, last, first, p50, p95, p99
    }

    public struct Field: Sendable, Hashable {
        /// A dotted path or a singular JSONPath into the record: `user.name`, `$.user.name`; `ingested_at` is the time.
        public var path: String
        public var alias: String
        public var aggregate: Aggregate?

        public init(path: String, alias: String? = nil, aggregate: Aggregate? = nil) {
            self.path = path
            self.alias = alias ?? path
            self.aggregate = aggregate
        }
    }

    public struct Filter: Sendable, Hashable {
        public enum Operator: String, Sendable, CaseIterable {
            case eq, ne, gt, ge, lt, le, `in`, contains, exists
        }

        public var path: String
        public var op: Operator
        public var value: JSONValue

        public init(path: String, op: Operator, value: JSONValue) {
            self.path = path
            self.op = op
            self.value = value
        }
    }

    public enum Range: Sendable, Hashable {
        case last(Duration)
        case between(from: Timestamp, to: Timestamp)
    }

    public enum Bucket: Sendable, Hashable {
        /// Chosen so that the range has at most about 300 buckets.
        case auto
        case width(Duration)
    }

    public enum Order: String, Sendable { case asc, desc }

    public var pipeline: UUID
    public var fields: [Field]
    public var filters: [Filter]
    public var groupBy: [String]
    public var bucket: Bucket?
    public var range: Range
    /// By time (raw or bucketed), then by the groups; without buckets by the first field. Values of different kinds have
    /// one order: null, false, true, numbers, texts by code points, arrays, objects.
    public var order: Order
    /// The most of what the answer is made of: records, buckets (the newest ones), or groups where there are no buckets.
    public var limit: Int
    /// The most groups: those whose first measure over the whole range is largest.
    public var groupLimit: Int?

    public init(
        pipeline: UUID,
        fields: [Field],
        filters: [Filter] = [],
        groupBy: [String] = [],
        bucket: Bucket? = nil,
        range: Range = .last(.seconds(86_400)),
        order: Order = .asc,
        limit: Int = 1_000,
        groupLimit: Int? = nil
    ) {
        self.pipeline = pipeline
        self.fields = fields
        self.filters = filters
        self.groupBy = groupBy
        self.bucket = bucket
        self.range = range
        self.order = order
        self.limit = limit
        self.groupLimit = groupLimit
    }
}
