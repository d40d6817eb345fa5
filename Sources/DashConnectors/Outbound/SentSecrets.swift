import DashPipeline
import Foundation

/// What a request told its server in confidence. Servers repeat it in their answers ("no such key: …", "cannot GET /…"), and
/// no message, log or page may.
struct SentSecrets: Sendable {
    private let request: OutboundRequest

    /// Shorter ones are found in ordinary words.
    private static let shortest = 4
    /// No secret is looked for in a longer body.
    private static let searched = 64 << 10

    init(_ request: OutboundRequest) { self.request = request }

    /// The text with each of them hidden, however it is spelt there.
    func hidden(in text: String) -> String {
        var text = text
        let spellings = Set(values.flatMap(Self.spellings)).filter { $0.count >= Self.shortest }
        // The whole before its parts.
        for spelling in spellings.sorted(by: { $0.count > $1.count }) where text.contains(spelling) {
            text = text.replacing(spelling, with: SecretMask.text)
        }
        return text
    }

    private var values: [String] {
        var values = request.credentials
        for header in request.headers where !SecretNames.isHarmlessHeader(header.name) {
            guard !Self.ownHeaders.contains(header.name.lowercased()) else { continue }
            // `Bearer …`, `Basic …`, `token=…; …`
            values.append(header.value)
            values += header.value.split { " ,;=".contains($0) }.map(String.init).filter { $0.count >= 8 }
        }
        values += ConfigAddress(request.url)?.secrets ?? []
        if !request.body.isEmpty, request.body.count <= Self.searched {
            values += SecretNames.secrets(inBody: String(decoding: request.body, as: UTF8.self))
        }
        return values
    }

    /// Headers of Dash's own, which hold no secret.
    private static let ownHeaders: Set<String> = [
        "host", "content-length", "webhook-id", "webhook-timestamp", "idempotency-key", "last-event-id",
    ]

    private static func spellings(_ value: String) -> [String] {
        let plain = value.removingPercentEncoding ?? value
        let escaped = plain.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("/", with: "\\/")
        let inPage = plain.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
        return [
            value, plain, escaped, inPage, plain.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? plain,
            plain.addingPercentEncoding(withAllowedCharacters: .urlQueryAllowed) ?? plain,
            Data(plain.utf8).base64EncodedString(),
        ]
    }
}
