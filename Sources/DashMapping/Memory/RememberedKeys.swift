/// Which fields' values a step remembers, and for how long.
struct RememberedKeys: Sendable, Hashable {
    /// What the values are remembered for: `deduplicate` or `unique`.
    var kind: String
    var fields: [FieldPath]
    var limits: KeyLimits
}
