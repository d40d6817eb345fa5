import Crypto
import Foundation

/// Signs as Twilio's documentation describes it, on its own.
enum TwilioTestSignature {
    static func of(_ url: String, _ parameters: [String: String], token: String) -> String {
        let message = url + parameters.keys.sorted().map { $0 + (parameters[$0] ?? "") }.joined()
        let code = HMAC<Insecure.SHA1>.authenticationCode(
            for: Data(message.utf8),
            using: SymmetricKey(data: Data(token.utf8))
        )
        return Data(code).base64EncodedString()
    }
}
