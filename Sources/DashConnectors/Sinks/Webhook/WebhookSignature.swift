import Crypto
import DashModel
import Foundation

/// Signs what is sent as Standard Webhooks 1.0 has it, with one secret or, while it is changed, with two.
struct WebhookSignature: Sendable {
    private let keys: [SymmetricKey]

    /// Secrets are base64, with or without `whsec_` in front; nil for one that is not, or not of 24 to 64 bytes.
    init?(secrets: [String]) {
        var keys: [SymmetricKey] = []
        for secret in secrets {
            let text = secret.hasPrefix("whsec_") ? String(secret.dropFirst(6)) : secret
            guard let data = Data(base64Encoded: text), (24...64).contains(data.count) else { return nil }
            keys.append(SymmetricKey(data: data))
        }
        self.keys = keys
    }

    var isEmpty: Bool { keys.isEmpty }

    /// The value of `webhook-signature`: one signature a secret.
    func header(id: String, seconds: Int64, body: [UInt8]) -> String {
        let signed = Array("\(id).\(seconds).".utf8) + body
        return keys.map { key in
            "v1," + Data(HMAC<SHA256>.authenticationCode(for: signed, using: key)).base64EncodedString()
        }
        .joined(separator: " ")
    }
}
