/// Parts of a path that are keys themselves, as in the addresses of webhooks: whoever has them may post.
enum SecretPath {
    /// Behind one of these the rest names a receiver and its key.
    private static let marks: Set<Substring> = ["hook", "hooks", "webhook", "webhooks", "incoming-webhook"]
    /// Hosts that serve nothing else.
    private static let hosts: Set<String> = ["maker.ifttt.com", "hc-ping.com", "hchk.io"]
    private static let domains = [".webhook.office.com", ".logic.azure.com"]

    /// The path with each such part hidden; as it is when there is none.
    static func masked(_ path: Substring, host: String) -> String {
        var isBehind = hosts.contains(host) || domains.contains { host.hasSuffix($0) } || isHookHost(host)
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map { part -> Substring in
            defer { isBehind = isBehind || marks.contains(Substring(part.lowercased())) }
            return !part.isEmpty && (isBehind || isKey(part)) ? SecretMask.text[...] : part
        }
        return parts.joined(separator: "/")
    }

    /// `hooks.slack.com`, `hook.eu1.make.com`.
    private static func isHookHost(_ host: String) -> Bool {
        host.split(separator: ".").first.map { marks.contains($0) } ?? false
    }

    /// A key, or a bot's token: `bot123456:AAE…`.
    private static func isKey(_ part: Substring) -> Bool {
        part.hasPrefix("bot") && part.contains(":") || SecretNames.looksLikeKey(part)
    }
}
