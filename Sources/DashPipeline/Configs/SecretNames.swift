/// Tells by their names which headers and parameters of a config hold secrets, where no field declares it.
public enum SecretNames {
    /// Every other header may be somebody's way to send a key.
    private static let harmlessHeaders: Set<String> = [
        "accept", "accept-charset", "accept-encoding", "accept-language", "cache-control", "content-language",
        "content-type", "from", "if-match", "if-none-match", "origin", "prefer", "referer", "user-agent",
        "x-requested-with",
        "x-request-id", "x-api-version", "api-version", "x-github-api-version", "notion-version", "stripe-version",
        "openai-version", "anthropic-version",
    ]

    private static let secretWords: Set<String> = [
        "auth", "authorization", "apikey", "code", "credential", "credentials", "hmac", "jwt", "key", "pass", "passwd",
        "password", "pwd", "secret", "sid", "session", "sessionid", "sig", "signature", "token",
    ]

    public static func isHarmlessHeader(_ name: String) -> Bool { harmlessHeaders.contains(name.lowercased()) }

    /// Whether one of the words of a parameter's name, as in `access_token`, `apiKey` and `X-Amz-Signature`, names a secret.
    public static func isSecret(_ name: String) -> Bool {
        words(of: name).contains { word in
            secretWords.contains(word) || ["key", "token", "secret", "password"].contains { word.hasSuffix($0) }
        }
    }

    /// The address without its user and password, and without the values of parameters that hold secrets.
    public static func addressWithoutSecrets(_ address: String, hidden: String = "") -> String {
        let body = address.prefix { $0 != "#" }
        let fragment = address[body.endIndex...]
        var head = String(body.prefix { $0 != "?" })
        let query = body.dropFirst(head.count)
        if let scheme = head.firstRange(of: "://") {
            let rest = head[scheme.upperBound...]
            let authority = rest.prefix { $0 != "/" }
            if let at = authority.lastIndex(of: "@") {
                let mask = hidden.isEmpty ? "" : hidden + "@"
                head = head[..<scheme.upperBound] + mask + rest[authority.index(after: at)...]
            }
        }
        guard !query.isEmpty else { return head + fragment }
        let pairs = query.dropFirst().split(separator: "&", omittingEmptySubsequences: false).map { pair -> String in
            let name = pair.prefix { $0 != "=" }
            return name.count < pair.count && isSecret(String(name)) ? name + "=" + hidden : String(pair)
        }
        return head + "?" + pairs.joined(separator: "&") + fragment
    }

    /// `accessToken`, `access-token` and `access_token` are the words `access` and `token`.
    private static func words(of name: String) -> [String] {
        var words = [""]
        var isLower = false
        for character in name {
            guard character.isLetter || character.isNumber else {
                words.append("")
                isLower = false
                continue
            }
            if character.isUppercase, isLower { words.append("") }
            isLower = character.isLowercase
            words[words.count - 1] += character.lowercased()
        }
        return words.filter { !$0.isEmpty }
    }
}
