import Testing

/// Counts a suite's cases, and prints `passed of total` with the failures by name.
struct ConformanceTally {
    let suite: String
    private(set) var passed = 0
    private(set) var failures: [(name: String, reason: String)] = []

    var total: Int { passed + failures.count }
    /// The part that passed, of 1; an empty suite passes nothing.
    var share: Double { total == 0 ? 0 : Double(passed) / Double(total) }

    init(_ suite: String) { self.suite = suite }

    /// Takes in one case; `failure` nil: it passed.
    mutating func add(_ name: String, failure: String?) {
        if let failure { failures.append((name, failure)) } else { passed += 1 }
    }

    /// Prints the outcome and demands that at least `share` of the cases passed.
    func report(atLeast share: Double) {
        print("\(suite): \(passed) of \(total)")
        for failure in failures { print("\(suite) failed: \(failure.name): \(failure.reason)") }
        #expect(self.share >= share, "\(suite): \(failures.count) of \(total) failed")
    }
}
