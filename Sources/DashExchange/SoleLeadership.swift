/// The leadership of an embedded node: it has no rivals.
public struct SoleLeadership: Leadership {
    public init() {}

    public func leading(_ body: @escaping @Sendable () async -> Void) async { await body() }
}
