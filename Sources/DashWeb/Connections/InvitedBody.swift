import Hummingbird
import NIOCore

/// A body whose client is told to send it when somebody begins to read it.
struct InvitedBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let base: RequestBody
    let channel: any Channel

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var base: RequestBody.AsyncIterator
        /// nil once the client was told.
        fileprivate var channel: (any Channel)?

        mutating func next(isolation: isolated (any Actor)?) async throws -> ByteBuffer? {
            if let channel {
                self.channel = nil
                channel.pipeline.triggerUserOutboundEvent(RequestGuard.BodyWanted(), promise: nil)
            }
            return try await base.next(isolation: isolation)
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: base.makeAsyncIterator(), channel: channel) }
}
