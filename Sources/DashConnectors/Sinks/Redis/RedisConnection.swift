import CHiredis
import DashModel
import Glibc

/// A connection to a Redis server, used from one thread.
final class RedisConnection {
    private let context: UnsafeMutablePointer<redisContext>
    private let server: ServerName

    /// `host`: as the config names the address. Throws `DashError` `.unavailable` when there is no connection to be had.
    init(
        host: String? = nil,
        address: String,
        port: Int,
        username: String,
        password: String,
        database: Int,
        timeout: Int
    ) throws {
        server = ServerName(host: host ?? address, port: port, address: address)
        let wait = timeval(tv_sec: timeout, tv_usec: 0)
        guard let context = redisConnectWithTimeout(address, Int32(port), wait) else {
            throw DashError(.unavailable, "Redis could not be reached: out of memory.")
        }
        self.context = context
        guard context.pointee.err == 0, redisSetTimeout(context, wait) == REDIS_OK else { throw lost() }
        redisEnableKeepAlive(context)
        if !password.isEmpty {
            let user = username.isEmpty ? [] : [Array(username.utf8)]
            _ = try run([Array("AUTH".utf8)] + user + [Array(password.utf8)])
        }
        if database != 0 { _ = try run(["SELECT", String(database)].map { Array($0.utf8) }) }
    }

    deinit { redisFree(context) }

    func run(_ command: [[UInt8]]) throws -> RedisReply {
        try append(command)
        return try next()
    }

    /// Sends the commands in one breath; the first that fails is thrown after all answers were read.
    func run(all commands: [[[UInt8]]]) throws {
        for command in commands { try append(command) }
        var failure: (any Error)?
        for _ in commands {
            do { _ = try next() } catch {
                failure = failure ?? error
                if context.pointee.err != 0 { break }
            }
        }
        if let failure { throw failure }
    }

    private func append(_ command: [[UInt8]]) throws {
        // One buffer for all arguments, so that one pointer is lent.
        let joined = command.flatMap { $0 }
        let code = joined.withUnsafeBytes { buffer in
            var start = 0
            var pointers: [UnsafePointer<CChar>?] = []
            for argument in command {
                pointers.append(buffer.baseAddress.map { ($0 + start).assumingMemoryBound(to: CChar.self) })
                start += argument.count
            }
            let lengths = command.map(\.count)
            return redisAppendCommandArgv(context, Int32(command.count), &pointers, lengths)
        }
        guard code == REDIS_OK else { throw lost() }
    }

    private func next() throws -> RedisReply {
        var raw: UnsafeMutableRawPointer?
        guard redisGetReply(context, &raw) == REDIS_OK, let raw else { throw lost() }
        defer { freeReplyObject(raw) }
        let reply = raw.assumingMemoryBound(to: redisReply.self).pointee
        switch reply.type {
        case REDIS_REPLY_ERROR: throw refusal(Self.text(reply))
        case REDIS_REPLY_INTEGER: return .number(Int(reply.integer))
        case REDIS_REPLY_STRING, REDIS_REPLY_STATUS: return .text(Self.text(reply))
        default: return .other
        }
    }

    private static func text(_ reply: redisReply) -> String {
        guard let start = reply.str else { return "" }
        return String(decoding: UnsafeRawBufferPointer(start: start, count: Int(reply.len)), as: UTF8.self)
    }

    /// Only a wrong kind of key can't be cured by waiting.
    private func refusal(_ message: String) -> DashError {
        let code: DashError.Code = message.hasPrefix("WRONGTYPE") ? .invalid : .unavailable
        return DashError(code, "Redis at \(server) refused: \(message.prefix(200))")
    }

    private func lost() -> DashError {
        let reason = withUnsafeBytes(of: context.pointee.errstr) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        // A timeout shows as the socket's "try again".
        let isTimeout = context.pointee.err == REDIS_ERR_IO && errno == EAGAIN
        return DashError(
            .unavailable,
            isTimeout
                ? "Redis at \(server) did not answer in time." : "Redis at \(server) could not be reached: \(reason)."
        )
    }
}
