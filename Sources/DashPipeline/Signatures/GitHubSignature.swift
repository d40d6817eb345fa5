import DashModel

/// GitHub: `X-Hub-Signature-256` over the body; a delivery sent again keeps its `X-GitHub-Delivery`.
struct GitHubSignature: SignatureScheme {
    let signatureHeader = "x-hub-signature-256"
    let keys: [[UInt8]]

    func verify(_ request: SignedRequest, now: Timestamp) throws(DashError) -> VerifiedRequest {
        let header = try required(signatureHeader, of: request)
        guard header.hasPrefix("sha256="), let signature = SignatureText.hex.bytes(header.dropFirst(7)),
            MessageCode.sha256.isValid([signature], of: [request.body], keys: keys)
        else { throw mismatch }
        return VerifiedRequest(deliveryID: request.header("x-github-delivery"))
    }
}
