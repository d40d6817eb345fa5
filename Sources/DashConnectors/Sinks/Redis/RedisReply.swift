/// What Redis answered, as far as anybody here asks.
enum RedisReply: Sendable, Hashable {
    case number(Int)
    case text(String)
    case other
}
