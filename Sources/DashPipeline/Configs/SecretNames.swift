import DashJSON

/// Tells by their names which headers, parameters and members of a config hold secrets, where no field declares it.
public enum SecretNames {
    /// Every other header may be somebody's way to send a key.
    private static let harmlessHeaders: Set<String> = [
        "accept", "accept-charset", "accept-encoding", "accept-language", "cache-control", "content-encoding",
        "content-language", "content-type", "from", "if-match", "if-none-match", "origin", "prefer", "range", "referer",
        "user-agent", "x-requested-with", "x-request-id", "x-correlation-id", "traceparent", "api-version",
        "x-api-version", "x-ms-version", "x-github-api-version", "notion-version", "stripe-version", "openai-version",
        "anthropic-version", "x-priority", "x-title", "x-tags",
    ]

    private static let secretWords: Set<String> = [
        "appid", "auth", "authorization", "apikey", "bearer", "cookie", "credential", "hmac", "jwt", "key", "otp",
        "pass", "passphrase", "passwd", "password", "pwd", "secret", "session", "sessionid", "sid", "sig", "signature",
        "ticket", "token",
    ]

    /// `max_tokens` and `max-keys` say how many there may be.
    private static let countWords: Set<String> = ["max", "min", "num", "number", "count", "total", "limit"]

    /// Whether the value of a header may be shown.
    public static func isHarmlessHeader(_ name: String) -> Bool { harmlessHeaders.contains(name.lowercased()) }

    /// Whether one of the words of a parameter's name names a secret or several: `access_token`, `apiKeys`,
    /// `X-Amz-Signature`.
    public static func isSecret(_ name: String) -> Bool {
        if name.lowercased() == "code" { return true }
        let words = words(of: name)
        let isCount = words.first.map { countWords.contains($0) } ?? false
        return words.contains { word in
            if isSecretWord(word) { return true }
            return !isCount && word.hasSuffix("s") && isSecretWord(String(word.dropLast()))
        }
    }

    private static func isSecretWord(_ word: String) -> Bool {
        secretWords.contains(word) || ["key", "token", "secret", "password"].contains { word.hasSuffix($0) }
    }

    /// Whether a pair of a query or a form, as it is encoded there, gives a value to a secret.
    static func isSecret(pair: Substring) -> Bool {
        let name = pair.prefix { $0 != "=" }
        guard name.count + 1 < pair.count else { return false }
        return isSecret(String(name).replacing("%5B", with: "[").replacing("%5b", with: "["))
    }

    /// Whether a word has letters and digits in a row as only keys have them.
    public static func looksLikeKey(_ word: Substring) -> Bool {
        word.split { !$0.isLetter && !$0.isNumber }.contains { run in
            run.count >= 20 && run.contains(where: \.isNumber) && run.contains(where: \.isLetter)
        }
    }

    /// Whether a request's body has members or parameters with such names.
    static func areIn(body: String) -> Bool {
        if let value = try? JSONValue(parsing: body) { return areIn(value) }
        guard !body.contains(where: \.isWhitespace) else { return false }
        return body.split(separator: "&").contains { isSecret(pair: $0) }
    }

    private static func areIn(_ value: JSONValue) -> Bool {
        switch value {
        case .object(let object):
            object.members.contains { isSecret($0.key) ? hasSecretLeaf($0.value) : areIn($0.value) }
        case .array(let elements): elements.contains(where: areIn)
        default: false
        }
    }

    /// The texts and numbers below such names in a request's body.
    public static func secrets(inBody body: String) -> [String] {
        if let value = try? JSONValue(parsing: body) { return secrets(in: value, isBelow: false) }
        guard !body.contains(where: \.isWhitespace) else { return [] }
        return body.split(separator: "&").filter { isSecret(pair: $0) }
            .map { String($0.drop { $0 != "=" }.dropFirst()) }
    }

    private static func secrets(in value: JSONValue, isBelow: Bool) -> [String] {
        switch value {
        case .string(let text): isBelow ? [text] : []
        case .number(let number): isBelow ? [number.text] : []
        case .array(let elements): elements.flatMap { secrets(in: $0, isBelow: isBelow) }
        case .object(let object):
            object.members.flatMap { secrets(in: $0.value, isBelow: isBelow || isSecret($0.key)) }
        case .null, .bool: []
        }
    }

    /// Headers that follow from the request itself; nobody sets them.
    public static func isFraming(header name: String) -> Bool { framingHeaders.contains(name.lowercased()) }

    private static let framingHeaders: Set<String> = [
        "content-length", "transfer-encoding", "connection", "keep-alive", "proxy-connection", "te", "trailer",
        "upgrade",
        "expect",
    ]

    /// Whether a value with a secret's name holds one: every text and number at whatever depth, as nobody knows which
    /// of them are harmless. True and false tell nothing.
    private static func hasSecretLeaf(_ value: JSONValue) -> Bool {
        switch value {
        case .string(let text): !text.isEmpty
        case .number: true
        case .array(let elements): elements.contains(where: hasSecretLeaf)
        case .object(let object): object.members.contains { hasSecretLeaf($0.value) }
        case .null, .bool: false
        }
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
