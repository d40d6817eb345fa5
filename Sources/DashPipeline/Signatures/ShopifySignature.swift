import DashModel

/// Shopify: `X-Shopify-Hmac-Sha256` in base64 over the body; `X-Shopify-Webhook-Id` stays the same at each try.
struct ShopifySignature: SignatureScheme {
    let signatureHeader = "x-shopify-hmac-sha256"
    let keys: [[UInt8]]

    func verify(_ request: SignedRequest, now: Timestamp) throws(DashError) -> VerifiedRequest {
        let header = try required(signatureHeader, of: request)
        guard let signature = SignatureText.base64.bytes(header),
            MessageCode.sha256.isValid([signature], of: [request.body], keys: keys)
        else { throw mismatch }
        return VerifiedRequest(deliveryID: request.header("x-shopify-webhook-id"))
    }
}
