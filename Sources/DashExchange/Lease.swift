/// The right to be the only one, across nodes, for a while: a lane's sender, the scheduler.
public protocol Lease: Sendable {
    /// A fencing token that rises with each holder, or nil while another holds the name.
    func acquire(_ name: String, holder: String, for duration: Duration) async throws -> Int64?

    /// False when it was lost.
    func renew(_ name: String, holder: String, for duration: Duration) async throws -> Bool

    func release(_ name: String, holder: String) async throws
}
