import DashModel
public import DashPipeline
public import HTTPTypes

extension HTTPFields {
    /// Says how much of a limit is left (draft-ietf-httpapi-ratelimit-headers).
    public mutating func tell(_ status: RateStatus) {
        let limit = status.limit
        self[.rateLimitPolicy] = limit.policy
        let reset = (status.reset.microseconds + 999_999) / 1_000_000
        self[.rateLimit] = "\"\(limit.name)\";r=\(status.remaining);t=\(reset)"
    }
}

extension HTTPField.Name {
    // Spelt correctly at compile time; the fallback is never taken.
    static let rateLimit = HTTPField.Name("RateLimit") ?? .date
    static let rateLimitPolicy = HTTPField.Name("RateLimit-Policy") ?? .date
    static let forwarded = HTTPField.Name("Forwarded") ?? .date
    static let forwardedFor = HTTPField.Name("X-Forwarded-For") ?? .date
}
