import HTTPTypes
import Hummingbird
import NIOCore

/// Responses of the REST API: their media type and the headers that all of them have.
enum RESTResponse {
    /// `Cache-Control` of what a client may keep and must ask for again.
    static let kept = "private, no-cache"
    private static let varying = "Accept, Authorization, Cookie"

    /// 304: the client has the answer that the tag names.
    static func unchanged(_ tag: String) -> Response {
        Response(status: .notModified, headers: [.eTag: tag, .cacheControl: kept, .vary: varying])
    }

    static func make(
        _ status: HTTPResponse.Status,
        _ bytes: [UInt8],
        type: String = MediaTypes.jsonAPI,
        headers: HTTPFields = [:]
    ) -> Response {
        var headers = headers
        headers[.contentType] = type
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
        headers[.vary] = varying
        if status == .unauthorized { headers[.wwwAuthenticate] = "Bearer realm=\"dash\"" }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
