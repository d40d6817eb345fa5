import DashModel
import DashPipeline
import NIOHTTP1

/// What a message tells of an answer that is not what was expected: its type and its first words.
enum AnswerExcerpt {
    private static let maxWords = 80
    private static let searched = 4_096

    /// ` (text/html: "Sign in to Example")`; empty when there is nothing to tell.
    static func of(_ response: OutboundResponse) -> String {
        let type = response.headers.first(name: "content-type").map { String($0.prefix { $0 != ";" }.prefix(60)) } ?? ""
        let words = words(in: response)
        let parts = [type, words.isEmpty ? "" : "\"\(words)\""].filter { !$0.isEmpty }
        return parts.isEmpty ? "" : " (\(parts.joined(separator: ": ")))"
    }

    /// What the answer says, without the secrets that it repeats.
    static func hidden(_ text: String, of response: OutboundResponse) -> String {
        response.secrets?.hidden(in: text) ?? text
    }

    /// `The answer of api.example.org (203.0.113.7, port 443) (text/plain: "We are back at noon")`
    static func named(_ response: OutboundResponse) -> String {
        (response.server.map { "The answer of \($0)" } ?? "The source's answer") + of(response)
    }

    /// Whether the answer is HTML, by what it says and by how it begins: many an API sends JSON under that name.
    static func isWebPage(_ response: OutboundResponse) -> Bool {
        guard let first = response.body.first(where: { $0 > 32 && $0 < 128 }), first == UInt8(ascii: "<") else {
            return false
        }
        if response.headers.first(name: "content-type")?.lowercased().contains("html") == true { return true }
        let head = String(decoding: response.body.prefix(200), as: UTF8.self).lowercased()
        return head.contains("<!doctype html") || head.contains("<html")
    }

    private static func words(in response: OutboundResponse) -> String {
        let head = hidden(String(decoding: response.body.prefix(searched), as: UTF8.self), of: response)
        guard isWebPage(response) else { return line(head) }
        if let open = head.firstRange(of: "<title"), let start = head[open.upperBound...].firstIndex(of: ">") {
            let title = line(String(head[head.index(after: start)...].prefix { $0 != "<" }))
            if !title.isEmpty { return title }
        }
        var isTag = false
        let text = head.filter { character in
            if character == "<" { isTag = true }
            defer { if character == ">" { isTag = false } }
            return !isTag
        }
        return line(text)
    }

    /// The first words in one line, without what a terminal or a page could take for more than text.
    private static func line(_ text: String) -> String {
        let plain = text.map { $0.isWhitespace || $0 == "\"" ? " " : $0 }
            .filter { $0.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 && $0.value != 0xFFFD } }
        let words = String(plain).split(separator: " ").map { SecretNames.looksLikeKey($0) ? "…" : $0 }
            .joined(separator: " ")
        return words.count > maxWords ? words.prefix(maxWords) + "…" : words
    }
}
