public import DashJSON

/// Which rows of a resource, in which order, how many.
public struct ResourceQuery: Sendable {
    public enum Operator: String, Sendable, CaseIterable {
        case eq, ne, gt, ge, lt, le, `in`, like, null
    }

    public struct Filter: Sendable {
        public var column: String
        public var op: Operator
        /// An array for `in`; a boolean for `null`.
        public var value: JSONValue

        public init(_ column: String, _ op: Operator = .eq, _ value: JSONValue) {
            self.column = column
            self.op = op
            self.value = value
        }
    }

    public struct Sort: Sendable {
        public var column: String
        public var descending: Bool

        public init(_ column: String, descending: Bool = false) {
            self.column = column
            self.descending = descending
        }
    }

    public var filters: [Filter]
    /// `id` always follows as the last key, so that pages never overlap.
    public var sort: [Sort]
    public var limit: Int
    /// An opaque keyset cursor from `ResourcePage.next`.
    public var after: String?
    /// An opaque keyset cursor from `ResourcePage.prev`, instead of `after`.
    public var before: String?
    /// Whether it goes on from another page.
    public var isContinued: Bool { after != nil || before != nil }

    public init(filters: [Filter] = [], sort: [Sort] = [], limit: Int = 100, after: String? = nil) {
        self.filters = filters
        self.sort = sort
        self.limit = limit
        self.after = after
    }
}
