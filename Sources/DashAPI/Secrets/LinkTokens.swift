import DashModel
import FoundationEssentials

/// The tokens of links in mails. Each follows from its row's id and the server's keys, so that a mail can be written when it
/// is sent, and written again, while the database holds only the token's hash.
public struct LinkTokens: Sendable {
    private let signer: SecretSigner

    public init(signer: SecretSigner) { self.signer = signer }

    /// 256 bits, as 43 characters of base64url.
    func make(for row: UUID) -> String { Base64URL.encode(signer.signature(of: row.text, for: "link")) }

    /// The token of a stored row; nil when none of the keys made it.
    func token(of row: UUID, hash: String?) -> String? {
        signer.signatures(of: row.text, for: "link").lazy.map { Base64URL.encode($0) }
            .first { SecretToken.hash($0) == hash }
    }

    /// What a link has besides its token when it went out by mail: whoever shows it reads the mail of its address.
    func mailProof(of row: UUID) -> String {
        Base64URL.encode(Array(signer.signature(of: row.text, for: "mailed").prefix(16)))
    }

    func isMailProof(_ text: String?, of row: UUID) -> Bool {
        guard let text else { return false }
        return signer.signatures(of: row.text, for: "mailed").contains {
            ConstantTime.equal(Base64URL.encode(Array($0.prefix(16))), text)
        }
    }
}
