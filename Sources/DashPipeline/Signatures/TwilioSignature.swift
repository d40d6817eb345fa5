import Crypto
import DashMapping
import DashModel
import FoundationEssentials

/// Twilio: `X-Twilio-Signature`, a keyed hash in base64 over the address and the sorted parameters of a form. A JSON body
/// is covered by its hash, which the address carries as `bodySHA256`. The hash is SHA-1 by the account's token, or what
/// `X-Twilio-Webhooks-Signature-Settings` names, by a shared key.
struct TwilioSignature: SignatureScheme {
    let signatureHeader = "x-twilio-signature"
    private static let settingsHeader = "x-twilio-webhooks-signature-settings"
    let keys: [[UInt8]]

    func verify(_ request: SignedRequest, now: Timestamp) throws(DashError) -> VerifiedRequest {
        let header = try required(signatureHeader, of: request)
        let algorithm = try Self.algorithm(of: request)
        guard let signature = SignatureText.base64.bytes(header) else { throw mismatch }
        var parameters: [UInt8] = []
        if let hash = Self.bodyHash(in: request.url) {
            let expected = Array(SHA256.hash(data: request.body))
            guard SignatureText.hex.bytes(hash) == expected else { throw mismatch }
        } else {
            // What is no text was not signed as one.
            guard let form = try? FormDecoder.parameters(request.body) else { throw mismatch }
            parameters = Self.sorted(form)
        }
        // Twilio has signed with and without the scheme's own port over the years.
        let isValid = Self.spellings(of: request.url).contains { url in
            algorithm.isValid([signature], of: [Array(url.utf8), parameters], keys: keys)
        }
        guard isValid else { throw mismatch }
        return VerifiedRequest(deliveryID: request.header("i-twilio-idempotency-token"))
    }

    /// `key=…,algorithm=HMAC_SHA256`; which key it names does not matter, as any of the secrets will do.
    private static func algorithm(of request: SignedRequest) throws(DashError) -> MessageCode {
        guard let settings = request.header(settingsHeader) else { return .sha1 }
        let pairs = settings.split(separator: ",").map { $0.drop { $0 == " " } }
        switch pairs.first(where: { $0.hasPrefix("algorithm=") })?.dropFirst("algorithm=".count) {
        case "HMAC_SHA256": return .sha256
        case "HMAC_SHA1": return .sha1
        default:
            throw DashError(
                .unauthenticated,
                "\(settingsHeader) names no algorithm that is known: HMAC_SHA256, HMAC_SHA1."
            )
        }
    }

    private static func sorted(_ parameters: [(name: String, value: String)]) -> [UInt8] {
        let groups = Dictionary(grouping: parameters, by: \.name)
        return groups.keys.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }.flatMap { name in
            Set((groups[name] ?? []).map(\.value)).sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
                .flatMap { Array(name.utf8) + Array($0.utf8) }
        }
    }

    private static func bodyHash(in url: String) -> Substring? {
        guard let query = url.split(separator: "?", maxSplits: 1).dropFirst().first else { return nil }
        return query.split(separator: "&").first { $0.hasPrefix("bodySHA256=") }?.dropFirst(11)
    }

    private static func spellings(of url: String) -> [String] {
        guard let parts = URLComponents(string: url), let host = parts.host, let scheme = parts.scheme else {
            return [url]
        }
        let standard = scheme == "https" ? 443 : 80
        let rest = url.dropFirst("\(scheme)://".count).drop { !"/?".contains($0) }
        switch parts.port {
        case nil: return [url, "\(scheme)://\(host):\(standard)\(rest)"]
        case standard: return [url, "\(scheme)://\(host)\(rest)"]
        default: return [url]
        }
    }
}
