import DashPipeline
import Foundation

extension SettingsReader {
    /// The store that `DASH_OBJECT_STORE_URL` names, or a folder in the data directory.
    mutating func objectStore(data: String) -> Settings.ObjectStore {
        guard let text = value("OBJECT_STORE_URL", isSecret: true) else { return .folder(path: data + "/objects") }
        if text.hasPrefix("file:"), text.utf8.count > 5 { return .folder(path: String(text.dropFirst(5))) }
        if let bucket = Self.bucket(text) { return .s3(bucket) }
        refuse(
            "DASH_OBJECT_STORE_URL",
            "file:PATH or s3://KEY:SECRET@bucket/prefix?endpoint=https://…&region=…",
            "Spell special characters of the key as %XX, or leave it out for a folder in the data directory."
        )
        return .folder(path: data + "/objects")
    }

    mutating func uploadLimits() -> UploadLimits {
        UploadLimits(
            bytes: Int64(number("UPLOAD_LIMIT_MB", 1...1_000_000, default: 2_048)) << 20,
            retention: .seconds(Int64(number("UPLOAD_RETENTION_DAYS", 0...3_650, default: 7)) * 86_400)
        )
    }

    private static func bucket(_ text: String) -> Settings.Bucket? {
        guard let url = URLComponents(string: text), url.scheme == "s3", let name = url.host, !name.isEmpty,
            let key = url.user, !key.isEmpty, let secret = url.password, !secret.isEmpty
        else { return nil }
        let options = Dictionary((url.queryItems ?? []).map { ($0.name, $0.value ?? "") }) { $1 }
        guard options.keys.allSatisfy({ $0 == "endpoint" || $0 == "region" }) else { return nil }
        let region = options["region"] ?? "us-east-1"
        let endpoint = options["endpoint"] ?? "https://s3.\(region).amazonaws.com"
        guard let address = URL(string: endpoint), ["http", "https"].contains(address.scheme), address.host != nil,
            !region.isEmpty
        else { return nil }
        return Settings.Bucket(
            name: name,
            prefix: url.path.trimmingCharacters(in: CharacterSet(charactersIn: "/")),
            endpoint: endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint,
            region: region,
            accessKeyID: key,
            secretAccessKey: secret
        )
    }
}
