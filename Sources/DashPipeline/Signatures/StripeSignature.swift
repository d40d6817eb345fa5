import DashJSON
import DashModel

/// Stripe: `Stripe-Signature: t=…,v1=…` over `t.body`; the event's `id` stays the same at each try.
struct StripeSignature: SignatureScheme {
    private static let maxSignatures = 16

    let signatureHeader = "stripe-signature"
    let keys: [[UInt8]]

    func verify(_ request: SignedRequest, now: Timestamp) throws(DashError) -> VerifiedRequest {
        var timestamp: Substring?
        var signatures: [[UInt8]] = []
        for item in try required(signatureHeader, of: request).split(separator: ",").prefix(Self.maxSignatures) {
            let pair = item.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { continue }
            switch pair[0] {
            case "t": timestamp = timestamp ?? pair[1]
            case "v1": if let bytes = SignatureText.hex.bytes(pair[1]) { signatures.append(bytes) }
            default: break
            }
        }
        guard let timestamp else {
            throw DashError(.unauthenticated, "Stripe-Signature has no time: it must be like t=…,v1=….")
        }
        try SignatureWindow.check(String(timestamp), header: "Stripe-Signature", now: now)
        guard MessageCode.sha256.isValid(signatures, of: [Array("\(timestamp).".utf8), request.body], keys: keys) else {
            throw mismatch
        }
        let id = (try? JSONValue(parsing: request.body))?["id"]?.stringValue
        return VerifiedRequest(deliveryID: id ?? "\(timestamp).\(SignatureText.hex(signatures[0]))")
    }
}
