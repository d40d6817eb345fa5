import Crypto
import DashModel
import Foundation

/// The demo user's password, kept beside the database for its owner alone, so that each start can show it.
struct DemoPassword {
    let path: String

    func read() -> String? {
        FileManager.default.contents(atPath: path).map {
            String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    func make() throws -> String {
        let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")
        let text = SymmetricKey(size: .init(bitCount: 128)).withUnsafeBytes { bytes in
            String(bytes.map { letters[Int($0) % letters.count] })
        }
        let made = FileManager.default.createFile(
            atPath: path,
            contents: Data((text + "\n").utf8),
            attributes: [.posixPermissions: 0o600]
        )
        guard made else { throw DashError(.unavailable, "The demo's password could not be written to \(path).") }
        return text
    }
}
