import DashModel
import Foundation

/// A mail as it goes over the wire (RFC 5322, MIME): a text, and perhaps one file.
struct MailMessage: Sendable {
    var from: String
    /// How the sender is called; plain letters.
    var fromName: String?
    var to: [String]
    var subject: String
    var text: String
    var file: (name: String, type: String, bytes: [UInt8])?
    /// The same for a repeat, so that mail servers and readers can tell it.
    var id: String
    var date: Timestamp

    var bytes: [UInt8] {
        let boundary = "dash-\(id)"
        let name = fromName.map { $0 + " " } ?? ""
        var lines = [
            "Date: \(Self.dateText(date))", "From: \(name)<\(from)>",
            "To: \(to.map { "<\($0)>" }.joined(separator: ", "))", "Subject: \(Self.encodedWord(subject))",
            "Message-ID: <\(id)@\(from.split(separator: "@").last ?? "dash")>",
            // Nobody wants a note of absence in return (RFC 3834).
            "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
        ]
        let body = ["Content-Type: text/plain; charset=utf-8"] + Self.base64(Array(text.utf8))
        if let file {
            lines += ["Content-Type: multipart/mixed; boundary=\"\(boundary)\"", "", "--\(boundary)"] + body
            lines += [
                "--\(boundary)", "Content-Type: \(file.type)",
                "Content-Disposition: attachment; filename=\"\(file.name)\"",
            ]
            lines += Self.base64(file.bytes) + ["--\(boundary)--"]
        } else {
            lines += body
        }
        return Array((lines.joined(separator: "\r\n") + "\r\n").utf8)
    }

    private static func base64(_ bytes: [UInt8]) -> [String] {
        let text = Data(bytes).base64EncodedString(options: [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ])
        return ["Content-Transfer-Encoding: base64", "", text]
    }

    /// Plain text stays; anything else is written as RFC 2047 has it, in words of at most 75 characters. Line breaks,
    /// which would start another header, become spaces.
    private static func encodedWord(_ text: String) -> String {
        let line = String(
            text.map { $0.isNewline || $0.unicodeScalars.contains { $0.value < 32 } ? " " : $0 }.prefix(200)
        )
        guard !line.utf8.allSatisfy({ $0 < 127 }) else { return line }
        var words: [String] = []
        var word = ""
        for character in line {
            if word.utf8.count + character.utf8.count > 42 {
                words.append(word)
                word = ""
            }
            word.append(character)
        }
        words.append(word)
        return words.map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }

    /// `Sat, 21 Nov 2026 11:44:31 +0000`.
    private static func dateText(_ time: Timestamp) -> String {
        let text = time.text
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let month = (Int(text.dropFirst(5).prefix(2)) ?? 1) - 1
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let day = Int((time.microseconds / 86_400_000_000) % 7)
        let number = text.dropFirst(8).prefix(2)
        return
            "\(days[max(0, day)]), \(number) \(months[month]) \(text.prefix(4)) \(text.dropFirst(11).prefix(8)) +0000"
    }
}
