import Crypto
import DashModel
import FoundationEssentials

/// A keyed hash (HMAC, RFC 2104) over the parts of a message.
enum MessageCode: String, Sendable, CaseIterable {
    case sha256, sha1, sha512

    func code(of parts: [[UInt8]], key: [UInt8]) -> [UInt8] {
        switch self {
        case .sha1: Self.code(parts, key, Insecure.SHA1.self)
        case .sha256: Self.code(parts, key, SHA256.self)
        case .sha512: Self.code(parts, key, SHA512.self)
        }
    }

    /// Whether one of the signatures is by one of the keys. Takes as long for a wrong one as for a right one.
    func isValid(_ signatures: [[UInt8]], of parts: [[UInt8]], keys: [[UInt8]]) -> Bool {
        var isValid = false
        for key in keys {
            let expected = code(of: parts, key: key)
            for signature in signatures where Self.areEqual(expected, signature) { isValid = true }
        }
        return isValid
    }

    private static func code<Hash: HashFunction>(_ parts: [[UInt8]], _ key: [UInt8], _: Hash.Type) -> [UInt8] {
        var code = HMAC<Hash>(key: SymmetricKey(data: key))
        for part in parts { code.update(data: part) }
        return Array(code.finalize())
    }

    private static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
