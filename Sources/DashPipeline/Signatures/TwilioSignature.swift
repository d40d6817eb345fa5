import Crypto
import DashMapping
import DashModel
import FoundationEssentials

/// Twilio: `X-Twilio-Signature`, SHA-1 in base64 over the address and the sorted parameters of a form. A JSON body is
/// covered by its hash, which the address carries as `bodySHA256`.
struct TwilioSignature: SignatureScheme {
    let signatureHeader = "x-twilio-signature"
    let keys: [[UInt8]]

    func verify(_ request: SignedRequest, now: Timestamp) throws(DashError) -> VerifiedRequest {
        let header = try required(signatureHeader, of: request)
        guard let signature = SignatureText.base64.bytes(header) else { throw mismatch }
        var parameters: [UInt8] = []
        if let hash = Self.bodyHash(in: request.url) {
            let expected = Array(SHA256.hash(data: request.body))
            guard SignatureText.hex.bytes(hash) == expected else { throw mismatch }
        } else {
            parameters = Self.sorted(FormDecoder.parameters(request.body))
        }
        // Twilio has signed with and without the scheme's own port over the years.
        let isValid = Self.spellings(of: request.url).contains { url in
            MessageCode.sha1.isValid([signature], of: [Array(url.utf8), parameters], keys: keys)
        }
        guard isValid else { throw mismatch }
        return VerifiedRequest(deliveryID: request.header("i-twilio-idempotency-token"))
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
