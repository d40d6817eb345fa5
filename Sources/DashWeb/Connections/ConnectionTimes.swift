/// How long a connection may keep the server waiting; each has a setting in `docs/operations.md`.
public struct ConnectionTimes: Sendable, Hashable {
    /// For the whole head of a request, from the connection's start or the head's first byte on.
    public var head = Duration.seconds(10)
    /// Between an answer and the next request.
    public var idle = Duration.seconds(75)
    /// How long a body may stand still.
    public var body = Duration.seconds(30)
    /// How long an answer may wait for a reader who takes nothing of it.
    public var answer = Duration.seconds(60)
    /// Bytes a second that bodies must bring and answers must be read at on average: so many buy a second of standing
    /// still back.
    public var rate = 1_000
    /// How long a peer that was told of the end may take to close: its last bytes are thrown away meanwhile, as closing over
    /// them would take the answer from it. It has no setting.
    var parting = Duration.seconds(5)

    public init() {}
}
