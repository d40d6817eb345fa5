import Crypto
import DashModel
import FoundationEssentials

/// Signs what leaves the server and comes back: the tokens of mailed links, the cookies of known browsers. What an older
/// key signed is taken as well, so keys can be changed.
public struct SecretSigner: Sendable {
    /// Newest first.
    private let keys: [SymmetricKey]

    /// `keys`: as in `DASH_SECRET_KEYS`. Those that sign are derived from them.
    public init(keys texts: [String]) throws {
        keys = try texts.enumerated().map { index, text in
            guard let bytes = Data(base64Encoded: text), bytes.count == 32 else {
                throw DashError(.invalid, "Secret key \(index + 1) must be the base64 of 32 bytes (44 characters).")
            }
            return HKDF<SHA256>.deriveKey(
                inputKeyMaterial: SymmetricKey(data: bytes),
                info: Data("dash signatures".utf8),
                outputByteCount: 32
            )
        }
        if keys.isEmpty { throw DashError(.invalid, "At least one secret key is needed.") }
    }

    /// Signs with a key of its own, which is gone with it.
    public init() { keys = [SymmetricKey(size: .bits256)] }

    /// 32 bytes by the newest key. `purpose` keeps what is signed for one thing from being shown for another.
    func signature(of text: String, for purpose: String) -> [UInt8] {
        keys.first.map { Self.sign(text, purpose, $0) } ?? []
    }

    /// The signatures by every key, newest first.
    func signatures(of text: String, for purpose: String) -> [[UInt8]] { keys.map { Self.sign(text, purpose, $0) } }

    private static func sign(_ text: String, _ purpose: String, _ key: SymmetricKey) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Data("\(purpose)\n\(text)".utf8), using: key))
    }
}
