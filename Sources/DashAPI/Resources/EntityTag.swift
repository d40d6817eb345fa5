import Crypto
import DashModel

/// Versions, for `ETag`, `If-Match` and `If-None-Match`.
///
/// A row's is its `updated_at`. An answer's is that and what its bytes come to: what Dash itself notes in a row, as the time of
/// the last run, changes the answer and not the version that a writer has seen.
enum EntityTag {
    static func of(_ row: ResourceRow?, _ answer: [UInt8]) -> String {
        let hash = SecretToken.hex(Array(SHA256.hash(data: answer).prefix(8)))
        return "\"" + [row?.version, hash].compactMap { $0 }.joined(separator: ".") + "\""
    }

    /// Throws `.preconditionFailed` unless the header (a list of tags, or `*`) names the row's version.
    static func require(_ header: String?, _ row: ResourceRow) throws {
        guard let header, header != "*" else { return }
        let versions = tags(header).map { String($0.prefix { $0 != "." }) }
        guard let current = row.version, versions.contains(current) else {
            throw DashError(.preconditionFailed, "It was changed by somebody else in the meantime. Load it again.")
        }
    }

    /// Whether `If-None-Match` names the answer: the client has it.
    static func matches(_ header: String?, _ tag: String) -> Bool {
        guard let header else { return false }
        return header == "*" || tags(header).contains { "\"" + $0 + "\"" == tag }
    }

    /// The tags without their quotes; that one is weak makes no difference here.
    private static func tags(_ header: String) -> [String] {
        header.split(separator: ",").compactMap { element in
            var text = element.drop { $0 == " " || $0 == "\t" }
            if text.hasPrefix("W/") { text = text.dropFirst(2) }
            guard text.first == "\"", let end = text.dropFirst().firstIndex(of: "\"") else { return nil }
            return String(text[text.index(after: text.startIndex)..<end])
        }
    }
}
