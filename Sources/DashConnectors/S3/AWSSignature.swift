import Crypto
import DashModel
import Foundation
import NIOHTTP1

/// Signs requests with AWS Signature Version 4.
struct AWSSignature: Sendable {
    var accessKeyID: String
    var secretAccessKey: String
    var region: String
    var service = "s3"
    /// Of temporary credentials.
    var sessionToken: String?

    /// Adds date, payload hash and signature to the headers, all of which are signed together with the host. `path` is
    /// encoded already; the query's names and values are not.
    func sign(
        _ headers: inout HTTPHeaders,
        method: HTTPMethod,
        host: String,
        path: String,
        query: [(name: String, value: String)],
        payload: [UInt8],
        now: Timestamp
    ) {
        let time = Self.time(now)
        let day = String(time.prefix(8))
        let hash = Self.hex(SHA256.hash(data: payload))
        headers.replaceOrAdd(name: "x-amz-date", value: time)
        headers.replaceOrAdd(name: "x-amz-content-sha256", value: hash)
        if let sessionToken { headers.replaceOrAdd(name: "x-amz-security-token", value: sessionToken) }
        var signed = headers.map { ($0.name.lowercased(), $0.value.split(separator: " ").joined(separator: " ")) }
        signed.append(("host", host))
        signed.sort { $0.0 < $1.0 }
        let names = signed.map(\.0).joined(separator: ";")
        let request = [
            method.rawValue, path, Self.queryString(query), signed.map { "\($0):\($1)\n" }.joined(), names, hash,
        ].joined(separator: "\n")
        let scope = "\(day)/\(region)/\(service)/aws4_request"
        let text = ["AWS4-HMAC-SHA256", time, scope, Self.hex(SHA256.hash(data: Array(request.utf8)))]
            .joined(separator: "\n")
        var key = SymmetricKey(data: Array("AWS4\(secretAccessKey)".utf8))
        for part in [day, region, service, "aws4_request"] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
        }
        let signature = Self.hex(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key))
        headers.replaceOrAdd(
            name: "authorization",
            value: "AWS4-HMAC-SHA256 Credential=\(accessKeyID)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
        )
    }

    /// The query in the order and spelling that is signed.
    static func queryString(_ query: [(name: String, value: String)]) -> String {
        query.map { (PercentEncoding.encoded($0.name), PercentEncoding.encoded($0.value)) }.sorted { $0 < $1 }
            .map { "\($0)=\($1)" }.joined(separator: "&")
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// `20261121T114431Z`.
    private static func time(_ now: Timestamp) -> String {
        now.text.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
    }
}
