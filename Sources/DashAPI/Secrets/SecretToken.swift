import Crypto

/// 256-bit random texts that are handed out once and kept only as hashes: API tokens, sessions, invitations, public links.
enum SecretToken {
    static let apiPrefix = "dash_"

    /// 43 characters of base64url.
    static func make() -> String { Base64URL.encode(random(32)) }

    /// An API token, told apart from other secrets (by secret scanners, too) by its prefix.
    static func makeAPIToken() -> String { apiPrefix + hex(random(32)) }

    /// What is stored. The token has 256 random bits, so a plain hash can't be turned back.
    static func hash(_ token: String) -> String { hex(Array(SHA256.hash(data: Array(token.utf8)))) }

    /// Whether it may be an API token at all; a look-up of anything else is a waste.
    static func hasShape(_ token: String) -> Bool {
        token.utf8.count == apiPrefix.utf8.count + 64 && token.hasPrefix(apiPrefix)
    }

    /// The token's first characters, for people to recognise it by.
    static func hint(_ token: String) -> String { String(token.prefix(apiPrefix.count + 6)) + "…" }

    static func random(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
