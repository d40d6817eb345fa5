/// Which sources and sinks this server has; filled once, from `Builtins`.
public struct Components: Sendable {
    public let sources: [SourceKind]
    public let sinks: [SinkKind]

    public init(sources: [SourceKind], sinks: [SinkKind]) {
        self.sources = sources
        self.sinks = sinks
    }

    public func source(_ name: String) -> SourceKind? { sources.first { $0.name == name } }
    public func sink(_ name: String) -> SinkKind? { sinks.first { $0.name == name } }
}
