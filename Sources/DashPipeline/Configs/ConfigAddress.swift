/// An URL of a config, taken apart without writing it anew: what is secret in it, and where it leads.
public struct ConfigAddress: Sendable, Hashable {
    private let scheme: Substring
    private let user: Substring?
    /// Host and port as they were written.
    private let authority: Substring
    private let path: Substring
    private let query: [Substring]?
    /// With its mark; empty without one.
    private let fragment: Substring

    /// nil for what has no scheme and host.
    public init?(_ text: String) {
        guard let mark = text.firstRange(of: "://"), mark.lowerBound > text.startIndex else { return nil }
        scheme = text[..<mark.lowerBound]
        let body = text[mark.upperBound...].prefix { $0 != "#" }
        fragment = text[body.endIndex...]
        let whole = body.prefix { $0 != "?" }
        query =
            whole.endIndex == body.endIndex
            ? nil : body[whole.endIndex...].dropFirst().split(separator: "&", omittingEmptySubsequences: false)
        let named = whole.prefix { $0 != "/" }
        path = whole[named.endIndex...]
        let at = named.lastIndex(of: "@")
        user = at.map { named[..<$0] }
        authority = at.map { named[named.index(after: $0)...] } ?? named
        if authority.isEmpty { return nil }
    }

    /// Scheme, host, port and path: who gets what goes along with a request. The user is part of it, as not everybody who
    /// reads addresses sees the same mark as its end.
    public var place: String { "\(user.map { "\($0)@" } ?? "")\(server)\(path.isEmpty ? "/" : path)" }

    /// With its user and password, the parameters that hold secrets and the parts of its path that are one hidden. So
    /// is its fragment: servers never see it, but people paste addresses with `#access_token=…` from a sign-in.
    public var masked: String {
        text(
            user: user.map { _ in SecretMask.text[...] },
            path: SecretPath.masked(path, host: host),
            query: query?.map { SecretNames.isSecret(pair: $0) ? Self.name(of: $0) + "=" + SecretMask.text : $0 },
            fragment: fragment.count > 1 ? Self.hiddenFragment[...] : fragment
        )
    }

    /// What `masked` hides, as it is written.
    public var secrets: [String] {
        let hidden = SecretPath.masked(path, host: host).split(separator: "/", omittingEmptySubsequences: false)
        let parts = zip(path.split(separator: "/", omittingEmptySubsequences: false), hidden).filter { $0 != $1 }.map(
            \.0
        )
        let values = (query ?? []).filter { SecretNames.isSecret(pair: $0) }
            .map { $0.dropFirst(Self.name(of: $0).count + 1) }
        let names = user.map { [$0] + $0.split(separator: ":", maxSplits: 1).dropFirst() } ?? []
        return (parts + values + names).map(String.init)
    }

    /// Without them, for what must not change when a secret does.
    public var withoutSecrets: String {
        let kept = query?.filter { !SecretNames.isSecret(pair: $0) } ?? []
        return text(user: nil, path: path, query: kept.isEmpty ? nil : kept, fragment: "")
    }

    /// With what is hidden in it as the stored one has it; what that one lacks stays hidden.
    func restored(from stored: ConfigAddress) -> ConfigAddress {
        let isSameServer = server == stored.server
        let isHidden = path.contains(SecretMask.text) && path == SecretPath.masked(stored.path, host: stored.host)[...]
        var rest = stored.query ?? []
        let pairs = query?.map { pair -> Substring in
            let name = Self.name(of: pair)
            guard let index = rest.firstIndex(where: { Self.name(of: $0) == name }) else { return pair }
            let other = rest.remove(at: index)
            return Self.isHidden(pair) && isSameServer ? other : pair
        }
        let isKept = isFragmentHidden && isSameServer && stored.fragment.count > 1
        let whole = text(
            user: user == SecretMask.text[...] && isSameServer ? stored.user : user,
            path: isHidden && isSameServer ? String(stored.path) : String(path),
            query: pairs,
            fragment: isKept ? stored.fragment : fragment
        )
        return ConfigAddress(whole) ?? self
    }

    /// As it is written.
    public var text: String { text(user: user, path: String(path), query: query, fragment: fragment) }

    /// Whether something in it is still hidden.
    var isHidden: Bool {
        text.contains(SecretMask.text) || isFragmentHidden || query?.contains(where: Self.isHidden) == true
    }

    private var isFragmentHidden: Bool { Self.isMask(fragment.dropFirst()) }

    private var server: String {
        let usual = scheme.lowercased() == "https" ? ":443" : ":80"
        let host = authority.lowercased()
        return scheme.lowercased() + "://" + (host.hasSuffix(usual) ? String(host.dropLast(usual.count)) : host)
    }

    private var host: String { authority.prefix { $0 != ":" }.lowercased() }

    private func text(
        user: Substring?,
        path: some StringProtocol,
        query: [Substring]?,
        fragment: Substring
    ) -> String {
        let pairs = query.map { "?" + $0.joined(separator: "&") } ?? ""
        return "\(scheme)://\(user.map { "\($0)@" } ?? "")\(authority)\(path)\(pairs)\(fragment)"
    }

    private static func name(of pair: Substring) -> Substring { pair.prefix { $0 != "=" } }

    private static func isHidden(_ pair: Substring) -> Bool { isMask(pair.dropFirst(name(of: pair).count + 1)) }

    /// Clients may encode the stars.
    private static func isMask(_ value: Substring) -> Bool {
        value == SecretMask.text[...] || value.uppercased() == encodedMask
    }

    private static let hiddenFragment = "#" + SecretMask.text

    private static let encodedMask = String(repeating: "%2A", count: SecretMask.text.count)
}
