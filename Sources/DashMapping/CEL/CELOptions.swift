/// How an expression is read and evaluated.
public struct CELOptions: Sendable, Hashable {
    /// The name before unqualified names: in `a.b` the name `x` may mean `a.b.x`, `a.x` or `x`.
    public var container = ""
    /// Whether names and calls must be known; otherwise an unknown one fails only when it is evaluated.
    public var isChecked = true
    /// Whether `has`, `all` and the like are macros.
    public var expandsMacros = true
    /// Whether arithmetic takes ints, uints and doubles together, as JSON does not tell them apart. The standard
    /// refuses it.
    public var mixesNumbers = false
    /// How much work one evaluation may do before it fails; an operation is one step, long texts and lists count more.
    public var maxSteps = 1_000_000

    public init() {}
}
