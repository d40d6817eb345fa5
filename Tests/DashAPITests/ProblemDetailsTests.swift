import DashJSON
import DashModel
import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import DashAPI

@Suite("Problem details")
struct ProblemDetailsTests {
    @Test(
        "each code has its status",
        arguments: [
            (.unauthenticated, 401), (.forbidden, 403), (.invalid, 422), (.notFound, 404), (.conflict, 409),
            (.tooLarge, 413),
            (.rateLimited, 429), (.unavailable, 503), (.storageLimit, 507), (.preconditionFailed, 412),
            (.internal, 500),
        ] as [(DashError.Code, Int)]
    )
    func statuses(code: DashError.Code, status: Int) throws {
        let response = ProblemDetails(DashError(code, "Why.", retryAfter: .milliseconds(1_200))).response(
            requestID: "r1"
        )
        #expect(response.status.code == status)
        #expect(response.headers[.contentType] == "application/problem+json")
        #expect(response.headers[.retryAfter] == "2")
        #expect((response.headers[.wwwAuthenticate] != nil) == (status == 401))
    }

    @Test("the body says what, why and where")
    func body() throws {
        let error = DashError(.invalid, "The body is wrong.", issues: [.init(pointer: "/a", message: "is \"odd\"")])
        let body = try JSONValue(parsing: ProblemDetails(error).encoded(requestID: "r1"))
        #expect(body["type"] == "urn:dash:problem:invalid")
        #expect(body["title"] == "Invalid input")
        #expect(body["status"] == 422)
        #expect(body["detail"] == "The body is wrong.")
        #expect(body["request_id"] == "r1")
        #expect(body["errors"] == [["pointer": "/a", "detail": "is \"odd\""]])
        #expect(DashError.Code.preconditionFailed.slug == "precondition_failed")
    }

    @Test("unknown errors keep their text to themselves")
    func unknown() {
        struct Private: Error, CustomStringConvertible { var description: String { "s3cret" } }
        let problem = ProblemDetails(Private())
        #expect(problem.status == .internalServerError)
        #expect(!String(decoding: problem.encoded(), as: UTF8.self).contains("s3cret"))
        #expect(ProblemDetails(HTTPError(.methodNotAllowed, message: "x")).status == .methodNotAllowed)
        #expect(ProblemDetails(NIOTooManyBytesError(maxBytes: 1)).status == .contentTooLarge)
    }
}
