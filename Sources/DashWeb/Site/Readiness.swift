/// Whether this node should get requests now, and what speaks for or against it.
public struct Readiness: Sendable {
    public var isReady: Bool
    /// `store: ok`, `draining: yes`.
    public var checks: [(name: String, state: String)]

    public init(isReady: Bool, checks: [(name: String, state: String)] = []) {
        self.isReady = isReady
        self.checks = checks
    }
}
