/// How long a browser stays signed in.
public struct SessionLimits: Sendable, Hashable {
    /// Without being used.
    public var idle: Duration
    /// From the sign-in on, however much it is used.
    public var absolute: Duration

    public init(idle: Duration = .seconds(30 * 86_400), absolute: Duration = .seconds(30 * 86_400)) {
        self.idle = idle
        self.absolute = absolute
    }
}
