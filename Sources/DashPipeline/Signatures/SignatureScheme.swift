import DashModel

/// How one kind of sender signs what it posts. Secrets are the newest first; any of them will do, so that they can be
/// changed without a gap.
protocol SignatureScheme: Sendable {
    /// Without this header, or one of the others, nothing can be valid.
    var signatureHeader: String { get }
    var otherSignatureHeaders: [String] { get }

    /// Throws `DashError` `.unauthenticated` with what is wrong: missing, too old, or not by one of the secrets.
    func verify(_ request: SignedRequest, now: Timestamp) throws(DashError) -> VerifiedRequest
}

extension SignatureScheme {
    var otherSignatureHeaders: [String] { [] }

    /// Refuses what can't be valid by its headers alone.
    func precheck(_ request: SignedRequest) throws(DashError) {
        if otherSignatureHeaders.contains(where: { request.header($0) != nil }) { return }
        _ = try required(signatureHeader, of: request)
    }

    /// The header's value, or a refusal that names it.
    func required(_ name: String, of request: SignedRequest) throws(DashError) -> String {
        guard let value = request.header(name) else {
            throw DashError(.unauthenticated, "The header \(name) is missing: posts to this pipeline are signed.")
        }
        return value
    }

    var mismatch: DashError {
        DashError(
            .unauthenticated,
            "The signature does not match: check the secret, and that the body arrives as it was signed."
        )
    }
}
