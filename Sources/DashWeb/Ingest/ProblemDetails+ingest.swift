import DashAPI
import DashModel
import HTTPTypes

extension ProblemDetails {
    static func tooLarge(_ limit: Int) -> ProblemDetails {
        ProblemDetails(DashError(.tooLarge, "The body is larger than \(limit) bytes."))
    }

    static func unsupportedType(_ type: String) -> ProblemDetails {
        ProblemDetails(
            status: .unsupportedMediaType,
            code: "unsupported_media_type",
            title: "Unsupported content type",
            detail: "Records can't be read from \(type); send application/json or application/x-ndjson."
        )
    }

    static func unsupportedCharset(_ charset: String) -> ProblemDetails {
        ProblemDetails(
            status: .unsupportedMediaType,
            code: "unsupported_charset",
            title: "Unsupported charset",
            detail: "The charset \(charset.prefix(40)) is not known; send UTF-8, or use one of IANA's usual names."
        )
    }

    static func unsupportedEncoding(_ encoding: String) -> ProblemDetails {
        ProblemDetails(
            status: .unsupportedMediaType,
            code: "unsupported_content_encoding",
            title: "Unsupported content encoding",
            detail: "The encoding \(encoding.prefix(40)) is not supported; send gzip, deflate or none."
        )
    }

    /// What a post is answered when it fails: a body that can't be read is 400, one that is read and refused 422.
    static func ingest(_ error: any Error) -> ProblemDetails {
        guard let error = error as? DashError, error.code == .invalid, error.issues.isEmpty else {
            return ProblemDetails(error)
        }
        return ProblemDetails(status: .badRequest, code: "invalid_body", title: "Invalid body", detail: error.message)
    }
}
