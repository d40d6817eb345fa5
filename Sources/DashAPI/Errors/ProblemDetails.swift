import DashJSON
public import DashModel
public import HTTPTypes
public import Hummingbird
import Logging
import NIOCore

/// An error as RFC 9457 problem details: what every plain HTTP endpoint answers when it refuses.
public struct ProblemDetails: Error, Sendable, Hashable {
    public var status: HTTPResponse.Status
    /// For programs: `not_found`.
    public var code: String
    public var title: String
    public var detail: String
    public var issues: [DashError.Issue]
    public var retryAfterSeconds: Int64?
    /// The methods that the address takes, of a refused one.
    public var allow: String?

    public init(
        status: HTTPResponse.Status,
        code: String,
        title: String,
        detail: String,
        issues: [DashError.Issue] = [],
        retryAfterSeconds: Int64? = nil,
        allow: String? = nil
    ) {
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.issues = issues
        self.retryAfterSeconds = retryAfterSeconds
        self.allow = allow
    }

    public init(_ error: DashError) {
        self.init(
            status: error.code.status,
            code: error.code.slug,
            title: error.code.title,
            detail: error.message,
            issues: error.issues,
            retryAfterSeconds: error.retryAfterSeconds
        )
    }

    /// Any error: Dash's own as they are, HTTP errors by their status, all others without their text, which may be private.
    public init(_ error: any Error) {
        switch error {
        case let problem as ProblemDetails: self = problem
        case let error as DashError: self.init(error)
        case is NIOTooManyBytesError: self.init(DashError(.tooLarge, "The body is larger than allowed here."))
        case let error as any HTTPResponseError:
            let phrase = error.status.reasonPhrase
            let code = phrase.lowercased().replacing(" ", with: "_")
            self.init(status: error.status, code: code, title: phrase, detail: phrase)
        default: self.init(DashError(.internal, "Something went wrong on the server."))
        }
    }

    /// The body, `application/problem+json`.
    public func encoded(requestID: String? = nil) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("type")
        writer.string("urn:dash:problem:" + code)
        writer.key("title")
        writer.string(title)
        writer.key("status")
        writer.int(status.code)
        writer.key("detail")
        writer.string(detail)
        writer.key("code")
        writer.string(code)
        if !issues.isEmpty {
            writer.key("errors")
            writer.beginArray()
            for issue in issues {
                writer.beginObject()
                writer.key("pointer")
                writer.string(issue.pointer)
                writer.key("detail")
                writer.string(issue.message)
                writer.endObject()
            }
            writer.endArray()
        }
        if let requestID {
            writer.key("request_id")
            writer.string(requestID)
        }
        writer.endObject()
        return writer.bytes
    }

    public func response(requestID: String? = nil) -> Response {
        var headers: HTTPFields = [.contentType: "application/problem+json", .cacheControl: "no-store"]
        if let retryAfterSeconds { headers[.retryAfter] = String(retryAfterSeconds) }
        if let allow { headers[.allow] = allow }
        if status == .unauthorized { headers[.wwwAuthenticate] = "Bearer realm=\"dash\"" }
        return Response(
            status: status,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: encoded(requestID: requestID)))
        )
    }
}

extension ProblemDetails: HTTPResponseError {
    public func response(from request: Request, context: some RequestContext) -> Response {
        response(requestID: context.logger[metadataKey: "hb.request.id"]?.description)
    }
}
