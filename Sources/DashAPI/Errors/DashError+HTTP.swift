public import DashModel
public import HTTPTypes

extension DashError.Code {
    /// The HTTP status that every interface answers it with.
    public var status: HTTPResponse.Status {
        switch self {
        case .unauthenticated: .unauthorized
        case .forbidden: .forbidden
        case .invalid: .unprocessableContent
        case .notFound: .notFound
        case .conflict: .conflict
        case .tooLarge: .contentTooLarge
        case .rateLimited: .tooManyRequests
        case .unavailable: .serviceUnavailable
        case .storageLimit: .init(code: 507, reasonPhrase: "Insufficient Storage")
        case .preconditionFailed: .preconditionFailed
        case .internal: .internalServerError
        }
    }

    /// What the problem is called, whatever its occasion.
    public var title: String {
        switch self {
        case .unauthenticated: "Sign-in needed"
        case .forbidden: "Not allowed"
        case .invalid: "Invalid input"
        case .notFound: "Not found"
        case .conflict: "Conflict"
        case .tooLarge: "Too large"
        case .rateLimited: "Too many requests"
        case .unavailable: "Temporarily unavailable"
        case .storageLimit: "Storage limit reached"
        case .preconditionFailed: "Changed in the meantime"
        case .internal: "Internal error"
        }
    }

    /// The code as programs read it: `not_found`.
    public var slug: String {
        rawValue.reduce(into: "") { text, character in
            if character.isUppercase { text += "_" }
            text += character.lowercased()
        }
    }
}

extension DashError {
    /// What `Retry-After` says: whole seconds, at least one.
    public var retryAfterSeconds: Int64? {
        retryAfter.map { max(1, $0.microseconds.saturatingAdded(999_999) / 1_000_000) }
    }
}
