/// An error that a person can act on. Its code maps to an HTTP status; its text never holds a secret or a bound value, nor the
/// words of the database or library beneath: those are its `cause`, which only the log and the terminal are told.
public struct DashError: Error, Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    public enum Code: String, Sendable {
        case unauthenticated, forbidden, invalid, notFound, conflict, tooLarge, rateLimited, unavailable
        case storageLimit, preconditionFailed, `internal`
    }

    /// One thing that is wrong with an input, found by its JSON pointer.
    public struct Issue: Sendable, Hashable {
        /// RFC 6901, relative to the resource's attributes: `/source_config/url`.
        public var pointer: String
        public var message: String
        /// Where it is of another class than the error itself.
        public var code: Code?

        public init(pointer: String, message: String, code: Code? = nil) {
            self.pointer = pointer
            self.message = message
            self.code = code
        }
    }

    public var code: Code
    public var message: String
    public var issues: [Issue]
    /// When it is worth trying again, for `rateLimited`, `unavailable` and `storageLimit`.
    public var retryAfter: Duration?
    /// What the engine beneath said, for an operator.
    public var cause: String?

    public init(
        _ code: Code,
        _ message: String,
        issues: [Issue] = [],
        retryAfter: Duration? = nil,
        cause: String? = nil
    ) {
        self.code = code
        self.message = message
        self.issues = issues
        self.retryAfter = retryAfter
        self.cause = cause
    }

    /// For logs: with the cause.
    public var debugDescription: String { description + (cause.map { " (\($0))" } ?? "") }

    public var description: String {
        ([message] + issues.map { "\($0.pointer): \($0.message)" }).joined(separator: "; ")
    }
}
