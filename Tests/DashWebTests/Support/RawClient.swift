import Glibc
import NIOCore
import NIOPosix
import Testing

/// A client that says byte for byte what a test wants, and hears what comes.
final class RawClient {
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private let channel: any Channel
    /// What came and was not yet taken.
    private var heard = ""
    /// The other side said that it has nothing more to say, or cut the connection.
    private(set) var isOver = false

    private init(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        _ channel: any Channel
    ) {
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
        self.channel = channel
    }

    /// Connects, lends the client and closes. `readsAhead: false` reads nothing before the test does.
    static func with<Value: Sendable>(
        _ port: Int,
        readsAhead: Bool = true,
        _ body: @Sendable (RawClient) async throws -> Value
    ) async throws -> Value {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.autoRead, value: readsAhead)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(RawClient(inbound, outbound, channel.channel))
        }
    }

    func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }

    /// Sends what the other side may not want any more.
    func trySending(_ text: String) async -> Bool {
        do {
            try await send(text)
            return true
        } catch {
            return false
        }
    }

    /// Reads on until the text has come, or all that comes, and takes it.
    func hear(until text: String) async throws -> String {
        while !isOver {
            if let range = heard.firstRange(of: text) {
                defer { heard = String(heard[range.upperBound...]) }
                return String(heard[..<range.upperBound])
            }
            try await listen()
        }
        defer { heard = "" }
        return heard
    }

    /// All that comes until the other side is done.
    func hearAll() async throws -> String {
        while !isOver { try await listen() }
        defer { heard = "" }
        return heard
    }

    /// One answer with its body, which has a length.
    func answer() async throws -> Answer {
        let head = try await hear(until: "\r\n\r\n")
        let answer = Answer(head: head)
        let length = answer["content-length"].flatMap { Int($0) } ?? 0
        while heard.utf8.count < length, !isOver { try await listen() }
        let body = String(decoding: heard.utf8.prefix(length), as: UTF8.self)
        heard = String(decoding: heard.utf8.dropFirst(length), as: UTF8.self)
        return Answer(head: head, body: body)
    }

    /// Goes away without a word.
    func reset() async throws {
        let socket = try #require(channel as? any SocketOptionProvider)
        try await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        try await channel.close()
    }

    private func listen() async throws {
        do {
            guard let bytes = try await inbound.next(isolation: #isolation) else { return isOver = true }
            heard += String(buffer: bytes)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            isOver = true
        }
    }

    struct Answer {
        var status: Int
        var fields: [String: String] = [:]
        var body = ""

        init(head: String, body: String = "") {
            let lines = head.split(separator: "\r\n")
            status = lines.first.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) } ?? 0
            for line in lines.dropFirst() {
                let sides = line.split(separator: ":", maxSplits: 1)
                guard sides.count == 2 else { continue }
                fields[sides[0].lowercased()] = sides[1].drop { $0 == " " }.description
            }
            self.body = body
        }

        subscript(_ name: String) -> String? { fields[name] }
    }
}
