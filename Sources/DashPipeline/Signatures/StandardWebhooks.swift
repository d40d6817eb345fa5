import Crypto
public import DashModel
import FoundationEssentials

/// Standard Webhooks 1.0: `webhook-id`, `webhook-timestamp` and `webhook-signature` over `id.timestamp.body`; the same
/// with `svix-` in front, as the specification's first users still send it.
public struct StandardWebhooks: SignatureScheme {
    /// A secret's prefix; what follows is the key in base64.
    public static let prefix = "whsec_"
    private static let publicPrefix = "whpk_"
    private static let maxSignatures = 16

    let signatureHeader = "webhook-signature"
    let otherSignatureHeaders = ["svix-signature"]
    private let keys: [[UInt8]]
    private let publicKeys: [Curve25519.Signing.PublicKey]

    /// Throws `DashError` `.invalid` for a secret that is not `whsec_` and base64 (or `whpk_`, to verify `v1a`).
    public init(secrets: [String]) throws(DashError) {
        var keys: [[UInt8]] = []
        var publicKeys: [Curve25519.Signing.PublicKey] = []
        for secret in secrets {
            if secret.hasPrefix(Self.publicPrefix) {
                let bytes = SignatureText.base64.bytes(secret.dropFirst(Self.publicPrefix.count)) ?? []
                guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else {
                    throw Self.malformed
                }
                publicKeys.append(key)
            } else {
                let text = secret.hasPrefix(Self.prefix) ? secret.dropFirst(Self.prefix.count) : secret[...]
                guard let key = SignatureText.base64.bytes(text), !key.isEmpty else { throw Self.malformed }
                keys.append(key)
            }
        }
        self.keys = keys
        self.publicKeys = publicKeys
    }

    /// The value of `webhook-signature`: one signature a secret, the newest first.
    public func signature(id: String, timestamp: Int64, body: [UInt8]) -> String {
        let head = Array("\(id).\(timestamp).".utf8)
        return keys.map { key in
            "v1," + Data(MessageCode.sha256.code(of: [head, body], key: key)).base64EncodedString()
        }
        .joined(separator: " ")
    }

    func verify(_ request: SignedRequest, now: Timestamp) throws(DashError) -> VerifiedRequest {
        let isSvix = request.header(signatureHeader) == nil && request.header("svix-signature") != nil
        let family = isSvix ? "svix" : "webhook"
        let id = try required("\(family)-id", of: request)
        let timestamp = try required("\(family)-timestamp", of: request)
        let header = try required("\(family)-signature", of: request)
        try SignatureWindow.check(timestamp, header: "\(family)-timestamp", now: now)
        let parts = [Array("\(id).\(timestamp).".utf8), request.body]
        let signatures = header.split(separator: " ").prefix(Self.maxSignatures)
        guard
            MessageCode.sha256.isValid(Self.values(signatures, version: "v1"), of: parts, keys: keys)
                || isSigned(Self.values(signatures, version: "v1a"), parts)
        else { throw mismatch }
        return VerifiedRequest(deliveryID: id)
    }

    private func isSigned(_ signatures: [[UInt8]], _ parts: [[UInt8]]) -> Bool {
        guard !publicKeys.isEmpty, !signatures.isEmpty else { return false }
        let message = parts.flatMap { $0 }
        return publicKeys.contains { key in signatures.contains { key.isValidSignature($0, for: message) } }
    }

    private static func values(_ signatures: ArraySlice<Substring>, version: String) -> [[UInt8]] {
        signatures.compactMap { signature in
            signature.hasPrefix(version + ",")
                ? SignatureText.base64.bytes(signature.dropFirst(version.count + 1)) : nil
        }
    }

    private static let malformed = DashError(
        .invalid,
        "must be like whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw: the prefix whsec_, and the key in base64"
    )
}
