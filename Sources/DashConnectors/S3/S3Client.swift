import DashModel
import Foundation
import NIOHTTP1

/// A bucket of a store that speaks S3's API, addressed by path: `endpoint/bucket/key`.
struct S3Client: Sendable {
    /// Objects above this go up in parts of this size.
    static let partBytes = 8 << 20

    let endpoint: String
    let bucket: String
    let signature: AWSSignature
    let http: OutboundHTTP
    let clock: any WallClock
    var timeoutSeconds = 60
    var partBytes = S3Client.partBytes

    /// Writes an object, replacing one with the same key. It appears whole or not at all.
    func put(_ bytes: [UInt8], key: String, contentType: String) async throws {
        if bytes.count > partBytes {
            try await putInParts(bytes, key: key, contentType: contentType)
        } else {
            try await call(.PUT, key: key, headers: ["content-type": contentType], body: bytes)
        }
    }

    /// Reads an object whole, up to `limit` bytes.
    func get(key: String, limit: Int = 64 << 20) async throws -> [UInt8] {
        try await call(.GET, key: key, limit: limit).body
    }

    func delete(key: String) async throws { try await call(.DELETE, key: key) }

    /// The first thousand keys that start so, in their order.
    func keys(startingWith prefix: String) async throws -> [String] {
        let answer = try await call(.GET, key: "", query: [("list-type", "2"), ("prefix", prefix)])
        return String(decoding: answer.body, as: UTF8.self).components(separatedBy: "<Key>").dropFirst()
            .compactMap { $0.components(separatedBy: "</Key>").first?.replacing("&amp;", with: "&") }
    }

    func makeBucket() async throws { try await call(.PUT, key: "") }

    private func putInParts(_ bytes: [UInt8], key: String, contentType: String) async throws {
        let started = try await call(
            .POST,
            key: key,
            query: [("uploads", "")],
            headers: ["content-type": contentType]
        )
        guard let upload = Self.element("UploadId", in: started.body) else {
            throw DashError(.unavailable, "The object store began an upload without saying its id.")
        }
        do {
            var etags: [String] = []
            for start in stride(from: 0, to: bytes.count, by: partBytes) {
                let part = Array(bytes[start..<min(start + partBytes, bytes.count)])
                let query = [("partNumber", String(etags.count + 1)), ("uploadId", upload)]
                let answer = try await call(.PUT, key: key, query: query, body: part)
                guard let etag = answer.headers.first(name: "etag") else {
                    throw DashError(.unavailable, "The object store took a part without saying its ETag.")
                }
                etags.append(etag)
            }
            let parts = etags.enumerated()
                .map { "<Part><PartNumber>\($0 + 1)</PartNumber><ETag>\(Self.escaped($1))</ETag></Part>" }.joined()
            let body = Array("<CompleteMultipartUpload>\(parts)</CompleteMultipartUpload>".utf8)
            let answer = try await call(.POST, key: key, query: [("uploadId", upload)], body: body)
            // This call may fail after its 200 was sent.
            if let code = Self.element("Code", in: answer.body) {
                throw DashError(.unavailable, "The object store could not put the parts together: \(code).")
            }
        } catch {
            // What can't be taken back now is the store's to clean up; the reason of the failure matters more.
            _ = try? await call(.DELETE, key: key, query: [("uploadId", upload)])
            throw error
        }
    }

    @discardableResult
    private func call(
        _ method: HTTPMethod,
        key: String,
        query: [(name: String, value: String)] = [],
        headers: HTTPHeaders = [:],
        body: [UInt8] = [],
        limit: Int = 1 << 20
    ) async throws -> OutboundResponse {
        guard let base = URLComponents(string: endpoint), let host = base.host else {
            throw DashError(.invalid, "The endpoint must be like https://s3.eu-central-1.amazonaws.com.")
        }
        let folder = base.path.hasSuffix("/") ? String(base.path.dropLast()) : base.path
        let path = AWSSignature.encoded("\(folder)/\(bucket)" + (key.isEmpty ? "" : "/\(key)"), keepingSlashes: true)
        let queryText = AWSSignature.queryString(query)
        let usual = base.scheme == "https" ? 443 : 80
        let authority = (base.port ?? usual) == usual ? host : "\(host):\(base.port ?? usual)"
        var request = OutboundRequest(
            method: method,
            url: "\(base.scheme ?? "https")://\(authority)\(path)" + (queryText.isEmpty ? "" : "?" + queryText),
            headers: headers,
            body: body,
            timeoutSeconds: timeoutSeconds,
            maxResponseBytes: limit
        )
        signature.sign(
            &request.headers,
            method: method,
            host: authority,
            path: path,
            query: query,
            payload: body,
            now: clock.now
        )
        let answer = try await http.send(request)
        guard (200...299).contains(answer.status.code) else { throw refusal(answer) }
        return answer
    }

    /// None of it is the records' fault, so all of it is worth another try once somebody has put it right.
    private func refusal(_ answer: OutboundResponse) -> DashError {
        let code = Self.element("Code", in: answer.body) ?? "no reason"
        let hint =
            switch answer.status.code {
            case 403: "; check the access key, its rights and the server's clock"
            case 404: "; is the bucket's name right?"
            case 301, 307: "; the bucket is in another region"
            default: ""
            }
        return DashError(
            .unavailable,
            "The object store answered \(answer.status.code) (\(code))\(hint).",
            retryAfter: answer.retryAfter(now: clock.now)
        )
    }

    /// The text of an element that holds nothing else.
    static func element(_ name: String, in body: [UInt8]) -> String? {
        let text = String(decoding: body, as: UTF8.self)
        guard let start = text.range(of: "<\(name)>"),
            let end = text.range(of: "</\(name)>", range: start.upperBound..<text.endIndex)
        else { return nil }
        let inner = String(text[start.upperBound..<end.lowerBound])
        return inner.replacing("&quot;", with: "\"").replacing("&amp;", with: "&")
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
    }
}
