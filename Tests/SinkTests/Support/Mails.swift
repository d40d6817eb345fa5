import DashJSON
import Foundation

/// What the mail server got.
struct Mails {
    let text: String

    /// Those for a recipient, oldest first.
    static func read(for recipient: String, at path: String = TestServers.mails) throws -> [Mails] {
        let data = FileManager.default.contents(atPath: path) ?? Data()
        return try String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { line in
            let mail = try JSONValue(parsing: String(line))
            guard mail["to"]?.arrayValue?.contains(.string(recipient)) == true else { return nil }
            return Mails(text: mail["mail"]?.stringValue ?? "")
        }
    }

    /// The decoded parts: the text, then the file.
    var parts: [String] {
        text.replacing("\r\n", with: "\n").components(separatedBy: "Content-Transfer-Encoding: base64\n\n").dropFirst()
            .map { part in
                let encoded = part.components(separatedBy: "\n--").first ?? ""
                let data = Data(base64Encoded: encoded.filter { !$0.isWhitespace }) ?? Data()
                return String(decoding: data, as: UTF8.self)
            }
    }

    /// The records' numbers, from the file.
    var numbers: [Int] { parts.last?.split(separator: "\n").compactMap(TestServers.number) ?? [] }
}
