import DashModel
import FoundationEssentials

/// Recognises browsers in which a person has signed in before, by a signed cookie. Such a browser has tries of its own, so
/// that whoever guesses at the account elsewhere does not lock its owner out. It proves nothing else. With a new password all
/// browsers are strange again: whoever knew the old one may have signed in with any of them.
struct KnownBrowsers: Sendable {
    static let lifetime: Duration = .seconds(180 * 86_400)
    /// People of one browser.
    private static let most = 5

    let signer: SecretSigner

    /// The browser's name among the person's; nil when they have not signed in there with the password that they have.
    func browser(of person: PasswordProof, in cookie: String?, now: Timestamp) -> String? {
        guard let entry = entries(of: cookie, now: now).last(where: { $0.user == person.user }) else { return nil }
        let isPresent = signer.signatures(of: person.text, for: "browser password").contains {
            ConstantTime.equal(stamp($0), entry.password)
        }
        return isPresent ? entry.name : nil
    }

    /// The cookie with the person in it, who has just signed in or set a new password.
    func cookie(_ cookie: String?, adding person: PasswordProof, now: Timestamp) -> String {
        let others = entries(of: cookie, now: now).filter { $0.user != person.user }.suffix(Self.most - 1)
        let password = stamp(signer.signature(of: person.text, for: "browser password"))
        let body = "\(person.user.text).\(SecretToken.hex(SecretToken.random(8))).\(day(now)).\(password)"
        return (others.map(\.text) + [body + "." + mark(signer.signature(of: body, for: "browser"))])
            .joined(separator: "~")
    }

    private struct Entry {
        var user: UUID
        var name: String
        /// Which password it was.
        var password: String
        var text: String
    }

    private func entries(of cookie: String?, now: Timestamp) -> [Entry] {
        guard let cookie, cookie.utf8.count <= 1_024 else { return [] }
        let today = day(now)
        let known = (today - Self.lifetime.components.seconds / 86_400)...today
        return cookie.split(separator: "~").prefix(Self.most).compactMap { text in
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 5, let user = UUID(text: String(parts[0])), let made = Int64(parts[2]),
                known.contains(made)
            else { return nil }
            let body = parts.prefix(4).joined(separator: ".")
            let isOurs = signer.signatures(of: body, for: "browser").contains {
                ConstantTime.equal(mark($0), String(parts[4]))
            }
            guard isOurs else { return nil }
            return Entry(user: user, name: String(parts[1]), password: String(parts[3]), text: String(text))
        }
    }

    private func stamp(_ signature: [UInt8]) -> String { Base64URL.encode(Array(signature.prefix(8))) }
    private func mark(_ signature: [UInt8]) -> String { Base64URL.encode(Array(signature.prefix(16))) }
    private func day(_ time: Timestamp) -> Int64 { time.microseconds / 86_400_000_000 }
}
