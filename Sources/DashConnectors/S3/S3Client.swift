import DashMapping
import DashModel
import DashPipeline
import Foundation
import NIOHTTP1

/// A bucket of a store that speaks S3's API, addressed by path: `endpoint/bucket/key`.
struct S3Client: Sendable {
    /// Objects above this go up in parts of this size.
    static let partBytes = 8 << 20
    /// What a range or a page of a list may have.
    private static let rangeLimit = 16 << 20

    let endpoint: String
    let bucket: String
    let signature: AWSSignature
    let http: OutboundHTTP
    let clock: any WallClock
    var timeoutSeconds = 60
    var partBytes = S3Client.partBytes
    private var origin: EgressOrigin?

    init(
        endpoint: String,
        bucket: String,
        signature: AWSSignature,
        http: OutboundHTTP,
        clock: any WallClock,
        timeoutSeconds: Int = 60,
        partBytes: Int = S3Client.partBytes
    ) {
        self.endpoint = endpoint
        self.bucket = bucket
        self.signature = signature
        self.http = http
        self.clock = clock
        self.timeoutSeconds = timeoutSeconds
        self.partBytes = partBytes
    }

    /// The same bucket on somebody's behalf.
    func asked(for origin: EgressOrigin) -> S3Client {
        var client = self
        client.origin = origin
        return client
    }

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

    /// The bytes of a range as far as they exist.
    func get(key: String, range: Range<Int64>) async throws -> [UInt8] {
        guard !range.isEmpty else { return [] }
        let headers: HTTPHeaders = ["range": "bytes=\(range.lowerBound)-\(range.upperBound - 1)"]
        let answer = try await send(.GET, key: key, headers: headers, limit: Self.rangeLimit)
        switch answer.status.code {
        case 206: return answer.body
        // A store may answer with the whole of a small object.
        case 200: return Array(answer.body.dropFirst(Int(range.lowerBound)).prefix(range.count))
        case 416: return []
        case 404 where Self.element("Code", in: answer.body) != "NoSuchBucket":
            throw DashError(.notFound, "The object store has no object \(key).")
        default: throw refusal(answer)
        }
    }

    /// nil when there is no such object.
    func head(key: String) async throws -> (size: Int64, modifiedAt: Timestamp)? {
        let answer = try await send(.HEAD, key: key)
        if answer.status.code == 404 { return nil }
        guard answer.status.code == 200, let size = answer.headers.first(name: "content-length").flatMap({ Int64($0) })
        else { throw refusal(answer) }
        let modified = answer.headers.first(name: "last-modified").flatMap(MailDate.read)
        return (size, modified ?? .epoch)
    }

    /// Removes an object; that there is none is no error.
    func delete(key: String) async throws {
        let answer = try await send(.DELETE, key: key)
        guard (200...299).contains(answer.status.code) || answer.status.code == 404 else { throw refusal(answer) }
    }

    /// The first thousand keys that start so, in their order.
    func keys(startingWith prefix: String) async throws -> [String] {
        try await list(prefix, after: nil).entries.map(\.key)
    }

    /// A page of the objects whose keys start so, in their order.
    func list(_ prefix: String, after: String?) async throws -> (
        entries: [(key: String, size: Int64, modifiedAt: Timestamp)], hasMore: Bool
    ) {
        var query = [(name: "list-type", value: "2"), (name: "prefix", value: prefix)]
        if let after { query.append((name: "start-after", value: after)) }
        let answer = try await call(.GET, key: "", query: query, limit: Self.rangeLimit)
        let entries = String(decoding: answer.body, as: UTF8.self).components(separatedBy: "<Contents>").dropFirst()
            .compactMap { text -> (key: String, size: Int64, modifiedAt: Timestamp)? in
                let entry = Array(text.utf8)
                guard let key = Self.element("Key", in: entry) else { return nil }
                let size = Self.element("Size", in: entry).flatMap { Int64($0) } ?? 0
                let modified = Self.element("LastModified", in: entry).flatMap { Timestamp(text: $0) }
                return (key, size, modified ?? .epoch)
            }
        return (entries, Self.element("IsTruncated", in: answer.body) == "true")
    }

    func makeBucket() async throws { try await call(.PUT, key: "") }

    private func putInParts(_ bytes: [UInt8], key: String, contentType: String) async throws {
        var upload = try await begin(key: key, contentType: contentType)
        do {
            for start in stride(from: 0, to: bytes.count, by: partBytes) {
                let part = Array(bytes[start..<min(start + partBytes, bytes.count)])
                upload.etags.append(try await put(part: part, of: upload))
            }
            try await complete(upload)
        } catch {
            await abandon(upload)
            throw error
        }
    }

    @discardableResult
    func call(
        _ method: HTTPMethod,
        key: String,
        query: [(name: String, value: String)] = [],
        headers: HTTPHeaders = [:],
        body: [UInt8] = [],
        limit: Int = 1 << 20
    ) async throws -> OutboundResponse {
        let answer = try await send(method, key: key, query: query, headers: headers, body: body, limit: limit)
        guard (200...299).contains(answer.status.code) else { throw refusal(answer) }
        return answer
    }

    /// Signs and sends; the answer may be a refusal.
    private func send(
        _ method: HTTPMethod,
        key: String,
        query: [(name: String, value: String)] = [],
        headers: HTTPHeaders = [:],
        body: [UInt8] = [],
        limit: Int = 1 << 20
    ) async throws -> OutboundResponse {
        guard let base = URLComponents(string: endpoint), let host = base.encodedHost else {
            throw DashError(.invalid, "The endpoint must be like https://s3.eu-central-1.amazonaws.com.")
        }
        let given = base.percentEncodedPath
        let folder = given.hasSuffix("/") ? String(given.dropLast()) : given
        let object = "/\(bucket)" + (key.isEmpty ? "" : "/\(key)")
        let path = folder + PercentEncoding.encoded(object, keepingSlashes: true)
        let queryText = AWSSignature.queryString(query)
        let usual = base.scheme == "https" ? 443 : 80
        let authority = (base.port ?? usual) == usual ? host : "\(host):\(base.port ?? usual)"
        var request = OutboundRequest(
            method: method,
            url: "\(base.scheme ?? "https")://\(authority)\(path)" + (queryText.isEmpty ? "" : "?" + queryText),
            headers: headers,
            body: body,
            timeoutSeconds: timeoutSeconds,
            maxResponseBytes: limit,
            origin: origin
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
        return try await http.send(request)
    }

    /// None of it is the records' fault, so all of it is worth another try once somebody has put it right.
    private func refusal(_ answer: OutboundResponse) -> DashError {
        // What is no answer of S3 tells by its type and first words who gave it.
        let excerpt = AnswerExcerpt.of(answer)
        let code =
            Self.element("Code", in: answer.body).map { " (\($0))" }
            ?? (excerpt.isEmpty ? " without a reason" : excerpt)
        let who = answer.server.map { " \($0)" } ?? ""
        let hint =
            switch answer.status.code {
            case 403: "; check the access key, its rights and the server's clock"
            case 404: "; is the bucket's name right?"
            case 301, 307: "; the bucket is in another region"
            default: ""
            }
        return DashError(
            .unavailable,
            "The object store\(who) answered \(answer.status.code)\(code)\(hint).",
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

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
    }
}
