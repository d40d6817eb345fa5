import HTTPTypes
import Hummingbird
import NIOCore

/// Responses of the REST API: their media type and the headers that all of them have.
enum RESTResponse {
    static func make(
        _ status: HTTPResponse.Status,
        _ bytes: [UInt8],
        type: String = MediaTypes.jsonAPI,
        headers: HTTPFields = [:]
    ) -> Response {
        var headers = headers
        headers[.contentType] = type
        headers[.cacheControl] = "no-store"
        headers[.vary] = "Accept, Authorization, Cookie"
        if status == .unauthorized { headers[.wwwAuthenticate] = "Bearer realm=\"dash\"" }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
