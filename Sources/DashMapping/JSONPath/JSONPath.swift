public import DashJSON

/// A query by RFC 9535 that picks values of a document.
public struct JSONPath: Sendable, Hashable {
    /// The path as it was written.
    public let text: String
    let query: JSONPathQuery

    /// Reads a path; it must start with `$`.
    public init(_ text: String) throws(JSONPathError) {
        var parser = JSONPathParser(text)
        query = try parser.parse()
        self.text = text
    }

    /// Whether the path can find one value at most: names and indices only.
    public var isSingular: Bool { query.isSingular }

    /// Tape indices of what the path finds in the value at `root`, in the order the standard prescribes.
    ///
    /// Throws when the search visits more values than `visits`: filters within descendants can take quadratic time.
    /// `lonelyElements`: an object with texts of its own is as good as a list of one, as an element of XML is that has
    /// no others of its name beside it.
    public func nodes(
        in document: JSONDocument,
        from root: Int,
        visits: Int = Self.usualVisits,
        lonelyElements: Bool = false
    ) throws(JSONPathError) -> [Int] {
        var visitsLeft = visits
        return try nodes(in: document, from: root, visitsLeft: &visitsLeft, lonelyElements: lonelyElements)
    }

    /// The same, out of what several searches may visit together.
    func nodes(
        in document: JSONDocument,
        from root: Int,
        visitsLeft: inout Int,
        lonelyElements: Bool = false
    ) throws(JSONPathError) -> [Int] {
        var evaluator = JSONPathEvaluator(
            document: document,
            root: root,
            visitsLeft: visitsLeft,
            takesLonelyElements: lonelyElements
        )
        let found = evaluator.evaluate(query, from: root)
        visitsLeft = evaluator.visitsLeft
        guard visitsLeft >= 0 else { throw JSONPathError("the path takes too many steps", at: 0) }
        return found
    }

    /// How many values one search visits at most, unless it is told otherwise.
    public static let usualVisits = 20_000_000

    public static func == (lhs: JSONPath, rhs: JSONPath) -> Bool { lhs.text == rhs.text }
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension JSONPath: CustomStringConvertible {
    public var description: String { text }
}
