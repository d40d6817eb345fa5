/// Being the one node that does what it would be wasteful to do on every node. Correctness must not depend on it: for a
/// moment after a network fault two nodes may believe they lead.
public protocol Leadership: Sendable {
    /// Runs `body` whenever this node leads, and cancels it when it no longer does. Returns when the task is cancelled.
    func leading(_ body: @escaping @Sendable () async -> Void) async
}
