import AsyncHTTPClient
import DashModel
import NIOCore
import NIOHTTP1
import Synchronization

/// Reads the body of an answer, within a limit of bytes and until a time: the client's own deadline ends with the head.
final class AnswerBody: Sendable {
    private let response: HTTPClientResponse
    private let head: AnswerHead
    private let limit: Int
    private let received = Mutex(0)

    init(_ response: HTTPClientResponse, limit: Int) {
        self.response = response
        head = AnswerHead(response.status, response.headers)
        self.limit = limit
    }

    /// Throws `BrokenAnswer`, which tells how far it came.
    func bytes(until deadline: NIODeadline) async throws -> [UInt8] {
        do {
            return try await withThrowingTaskGroup(of: [UInt8].self) { group in
                group.addTask { try await self.read() }
                group.addTask {
                    try await Task.sleep(for: .nanoseconds(max(0, (deadline - .now()).nanoseconds)))
                    throw HTTPClientError.deadlineExceeded
                }
                defer { group.cancelAll() }
                return try await group.next() ?? []
            }
        } catch let error as BrokenAnswer {
            throw error
        } catch let error as DashError where error.code == .tooLarge {
            throw broken(.tooLarge)
        } catch {
            throw broken(.other(error))
        }
    }

    private func read() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await part in response.body {
            guard bytes.count + part.readableBytes <= limit else { throw broken(.tooLarge) }
            bytes += part.readableBytesView
            received.withLock { $0 += part.readableBytes }
        }
        // An answer without a body, such as 304, may name the encoding that one would have had.
        guard !bytes.isEmpty else { return [] }
        let encoding = response.headers.first(name: "content-encoding")
        return try ContentDecoder.decoded(bytes, encoding: encoding, limit: limit)
    }

    private func broken(_ reason: BrokenAnswer.Reason) -> BrokenAnswer {
        BrokenAnswer(reason: reason, head: head, received: received.withLock { $0 })
    }
}
