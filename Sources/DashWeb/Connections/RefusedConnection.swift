import DashAPI
import DashModel
import HTTPTypes
import NIOCore

/// What a connection is told that is one too many, or that was too slow: whole answers, made without a request.
enum RefusedConnection {
    static func answer(_ error: DashError) -> ByteBuffer { answer(ProblemDetails(error)) }

    static func answer(_ problem: ProblemDetails) -> ByteBuffer {
        let body = problem.encoded()
        var text = "HTTP/1.1 \(problem.status.code) \(problem.status.reasonPhrase)\r\n"
        text += "Content-Type: application/problem+json\r\nContent-Length: \(body.count)\r\nConnection: close\r\n"
        if let seconds = problem.retryAfterSeconds { text += "Retry-After: \(seconds)\r\n" }
        var buffer = ByteBuffer(string: text + "\r\n")
        buffer.writeBytes(body)
        return buffer
    }
}
