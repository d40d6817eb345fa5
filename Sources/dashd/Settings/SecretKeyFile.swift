import Crypto
import Foundation

/// The embedded installation's key: made on the first start, readable by its owner alone.
enum SecretKeyFile {
    static func load(in directory: String) throws -> String {
        let path = directory + "/secret.key"
        if let data = FileManager.default.contents(atPath: path) {
            try requirePrivate(path)
            let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            guard Data(base64Encoded: text)?.count == 32 else {
                throw SettingsError(issues: [
                    .init(
                        key: path,
                        form: "must hold base64 of 32 bytes",
                        fix: "Restore it from a backup: what was sealed with it can't be read without it."
                    )
                ])
            }
            return text
        }
        let key = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }.base64EncodedString()
        let made = FileManager.default.createFile(
            atPath: path,
            contents: Data((key + "\n").utf8),
            attributes: [.posixPermissions: 0o600]
        )
        guard made else {
            throw SettingsError(issues: [
                .init(key: path, form: "must be writable", fix: "Let the server's user write to the data folder.")
            ])
        }
        return key
    }

    /// What others can read is no secret, and it opens all that is sealed.
    private static func requirePrivate(_ path: String) throws {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        guard let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue, mode & 0o077 != 0 else { return }
        throw SettingsError(issues: [
            .init(
                key: path,
                form: "must be readable by its owner only (mode 0600)",
                fix: "Run chmod 600 \(path); if others could read it, put a new key in front (DASH_SECRET_KEYS)."
            )
        ])
    }
}
