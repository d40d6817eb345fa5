import Synchronization

/// How many steps of expressions, patterns, paths and schemas one batch may take, shared by all runs over it. Without one in force a run
/// has a budget of its own.
public final class MappingBudget: Sendable {
    /// A step is an operation of an expression, or as much of a pattern's search as takes about as long.
    public let limit: Int
    private let left: Atomic<Int>

    /// The budget of the runs within `withValue`.
    @TaskLocal public static var current: MappingBudget?

    public init(steps: Int) {
        limit = steps
        left = Atomic(steps)
    }

    /// What a batch of so many records may take.
    public static func batch(of records: Int, base: Int) -> MappingBudget {
        MappingBudget(steps: base + records * stepsPerRecord)
    }

    public var isSpent: Bool { remaining <= 0 }

    var remaining: Int { left.load(ordering: .relaxed) }

    func spend(_ steps: Int) { left.wrappingSubtract(steps, ordering: .relaxed) }

    static let usual = 10_000_000
    /// So many values that a path visits, or applications of a subschema, take about as long as a step.
    static let visitsPerStep = 8
    static let checksPerStep = 4
    private static let stepsPerRecord = 500
}
