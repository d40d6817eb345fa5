import AsyncHTTPClient
import DashModel
import NIOCore
import NIOHTTP1
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Says what became of a request that got no whole answer, as somebody would who knows the machine.
enum OutboundFailure {
    static func explained(_ error: any Error, at server: ServerName, _ request: OutboundRequest) -> any Error {
        if error is DashError || error is CancellationError { return error }
        if let broken = error as? BrokenAnswer { return explained(broken, at: server, request) }
        if let failure = error as? HTTPClientError { return explained(failure, at: server, request) }
        return DashError(.unavailable, connection(error, at: server))
    }

    private static func explained(_ broken: BrokenAnswer, at server: ServerName, _ request: OutboundRequest)
        -> any Error
    {
        let answer = "its answer (\(broken.head.text))"
        guard case .other(let error) = broken.reason else {
            let limit = request.maxResponseBytes
            return DashError(.tooLarge, "\(server) answered (\(broken.head.text)) with more than \(limit) bytes.")
        }
        if let error = error as? DashError {
            return DashError(error.code, "\(server) sent \(answer) in a form that can't be read. \(error.message)")
        }
        switch error as? HTTPClientError {
        case .cancelled: return CancellationError()
        case .deadlineExceeded, .readTimeout:
            let seconds = request.timeoutSeconds
            return DashError(.unavailable, "\(server) sent only \(broken.progress) of \(answer) in \(seconds) s.")
        default:
            if error is CancellationError { return error }
            return DashError(.unavailable, "\(server) broke off \(answer) after \(broken.progress).")
        }
    }

    private static func explained(_ failure: HTTPClientError, at server: ServerName, _ request: OutboundRequest)
        -> any Error
    {
        switch failure {
        case .cancelled: return CancellationError()
        case .connectTimeout:
            return DashError(.unavailable, "\(server) did not take the connection in time: no answer.")
        case .deadlineExceeded, .readTimeout, .getConnectionFromPoolTimeout:
            return DashError(.unavailable, "\(server) did not answer within \(request.timeoutSeconds) s.")
        case .tlsHandshakeTimeout:
            return DashError(.unavailable, "The TLS handshake with \(server) took too long; does this port speak TLS?")
        case .remoteConnectionClosed:
            return DashError(.unavailable, "\(server) closed the connection before it answered.")
        default: return DashError(.unavailable, "The exchange with \(server) failed: \(failure.shortDescription)")
        }
    }

    /// What the system, TLS or the reader of HTTP said.
    private static func connection(_ error: any Error, at server: ServerName) -> String {
        if error is HTTPParserError {
            return "\(server) answered with something else than HTTP; is the port right?"
        }
        if let code = errorNumber(error) { return unconnected(code, to: server) }
        return tls("\(error)", at: server) ?? "\(server) could not be reached."
    }

    /// What the system says of a connection.
    static func unconnected(_ code: CInt, to server: ServerName) -> String {
        switch code {
        case ECONNREFUSED: "\(server) refused the connection: nothing listens on this port, or a firewall says so."
        case ECONNRESET, EPIPE: "\(server) reset the connection before it answered."
        case ETIMEDOUT: "\(server) did not take the connection in time: no answer."
        case EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL: "There is no way to \(server) from here: \(text(of: code))."
        default: "\(server) could not be reached: \(text(of: code))."
        }
    }

    /// The library for TLS has no words for people; its codes say what was wrong.
    private static func tls(_ text: String, at server: ServerName) -> String? {
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return
                "The certificate of \(server) is not accepted: it is self-signed, expired, or its authority is not known here."
        }
        if text.lowercased().contains("hostname") {
            return "The certificate of \(server) is for another host than \(server.host)."
        }
        if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") {
            return "\(server) does not speak TLS on this port; write http:// if that is meant."
        }
        guard text.contains("SSL") || text.contains("TLS") || text.contains("handshake") else { return nil }
        if text.contains("eofDuringHandshake") || text.contains("uncleanShutdown") {
            return "\(server) ended the connection during the TLS handshake."
        }
        let codes = text.split(separator: ":").map { $0.prefix { $0.isUppercase || $0.isNumber || $0 == "_" } }
        let reason = codes.last { $0.contains("_") }
        return "The TLS handshake with \(server) failed" + (reason.map { ": \($0)." } ?? ".")
    }

    static func errorNumber(_ error: any Error) -> CInt? {
        if let error = error as? IOError { return error.errnoCode }
        guard let error = error as? NIOConnectionError else { return nil }
        return error.connectionErrors.lazy.compactMap { ($0.error as? IOError)?.errnoCode }.first
    }

    private static func text(of code: CInt) -> String {
        strerror(code).map { String(cString: $0).lowercased() } ?? "error \(code)"
    }
}
