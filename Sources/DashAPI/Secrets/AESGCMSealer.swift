import Crypto
import DashModel
public import DashStorage
import FoundationEssentials

/// Encrypts configs with AES-256-GCM. The key's id stands in front, so that old keys open what they sealed:
/// `v1:<key id>:<base64 of nonce, text and tag>`.
public struct AESGCMSealer: ConfigSealer {
    private struct Key: Sendable {
        let id: String
        let key: SymmetricKey
    }

    private static let version = "v1"
    /// Newest first: the first seals, all of them open.
    private let keys: [Key]

    /// `keys`: each the base64 of 32 bytes, the newest first, as in `DASH_SECRET_KEYS`.
    public init(keys texts: [String]) throws {
        guard !texts.isEmpty else { throw DashError(.invalid, "At least one secret key is needed.") }
        keys = try texts.enumerated().map { index, text in
            guard let bytes = Data(base64Encoded: text), bytes.count == 32 else {
                throw DashError(.invalid, "Secret key \(index + 1) must be the base64 of 32 bytes (44 characters).")
            }
            return Key(id: Self.id(of: bytes), key: SymmetricKey(data: bytes))
        }
    }

    /// A new key as the setting spells it.
    public static func makeKey() -> String { Data(SecretToken.random(32)).base64EncodedString() }

    public func seal(_ plain: [UInt8]) throws -> String {
        let key = keys[0]
        let box = try AES.GCM.seal(plain, using: key.key, authenticating: Array(Self.header(key.id).utf8))
        guard let combined = box.combined else { throw DashError(.internal, "The config could not be sealed.") }
        return Self.header(key.id) + combined.base64EncodedString()
    }

    public func open(_ sealed: String) throws -> [UInt8] {
        let (id, text) = try Self.parts(of: sealed)
        guard let key = keys.first(where: { $0.id == id }) else {
            throw DashError(.internal, "A config is sealed with the key \(id), which is not among the secret keys.")
        }
        // Base64 has bits that stand for nothing; whoever changed them changed the config's text all the same.
        guard let combined = Data(base64Encoded: text), combined.base64EncodedString() == text,
            let box = try? AES.GCM.SealedBox(combined: combined),
            let plain = try? AES.GCM.open(box, using: key.key, authenticating: Array(Self.header(id).utf8))
        else { throw DashError(.internal, "A sealed config is damaged: the key \(id) does not open it.") }
        return Array(plain)
    }

    public func needsResealing(_ sealed: String) throws -> Bool { try Self.parts(of: sealed).id != keys[0].id }

    private static func id(of key: Data) -> String { String(SecretToken.hex(Array(SHA256.hash(data: key))).prefix(8)) }
    private static func header(_ id: String) -> String { "\(version):\(id):" }

    private static func parts(of sealed: String) throws -> (id: String, text: String) {
        let parts = sealed.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == version else {
            throw DashError(.internal, "A sealed config does not have the form that it was stored in.")
        }
        return (String(parts[1]), String(parts[2]))
    }
}
