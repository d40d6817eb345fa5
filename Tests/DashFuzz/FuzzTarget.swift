/// Something that takes bytes or parameters from outside. What it refuses is fine; it must come back.
protocol FuzzTarget: Sendable {
    var name: String { get }

    /// Throws only for what is wrong with the target itself.
    func run(_ input: inout FuzzInput) async throws
}
