import DashJSON
import DashModel

/// Slack: `X-Slack-Signature: v0=…` over `v0:timestamp:body`; knows the question by which Slack checks an address.
struct SlackSignature: SignatureScheme {
    let signatureHeader = "x-slack-signature"
    let keys: [[UInt8]]

    func verify(_ request: SignedRequest, now: Timestamp) throws(DashError) -> VerifiedRequest {
        let timestamp = try required("x-slack-request-timestamp", of: request)
        let header = try required(signatureHeader, of: request)
        try SignatureWindow.check(timestamp, header: "X-Slack-Request-Timestamp", now: now)
        let parts = [Array("v0:\(timestamp):".utf8), request.body]
        guard header.hasPrefix("v0="), let signature = SignatureText.hex.bytes(header.dropFirst(3)),
            MessageCode.sha256.isValid([signature], of: parts, keys: keys)
        else { throw mismatch }
        let event = try? JSONValue(parsing: request.body)
        if event?["type"]?.stringValue == "url_verification", let challenge = event?["challenge"]?.stringValue {
            return VerifiedRequest(challenge: challenge)
        }
        return VerifiedRequest(deliveryID: event?["event_id"]?.stringValue ?? "\(timestamp).\(header)")
    }
}
