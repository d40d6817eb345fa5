public import DashModel
public import DashStorage

/// Objects in a bucket of an S3 API.
public struct S3ObjectStore: ObjectStore {
    private static let tries = 4

    private let client: S3Client
    private let prefix: String

    public init(_ location: S3Location, http: OutboundHTTP, clock: any WallClock = SystemClock()) {
        self.init(location, http: http, clock: clock, partBytes: S3Client.partBytes)
    }

    init(_ location: S3Location, http: OutboundHTTP, clock: any WallClock, partBytes: Int) {
        prefix = location.prefix.isEmpty ? "" : location.prefix + "/"
        client = S3Client(
            endpoint: location.endpoint,
            bucket: location.bucket,
            signature: AWSSignature(
                accessKeyID: location.accessKeyID,
                secretAccessKey: location.secretAccessKey,
                region: location.region,
                sessionToken: location.sessionToken
            ),
            http: http,
            clock: clock,
            partBytes: partBytes
        )
    }

    @discardableResult
    public func put(_ key: ObjectKey, from next: () async throws -> [UInt8]?) async throws -> Int64 {
        var buffer: [UInt8] = []
        var size: Int64 = 0
        var upload: S3Client.PartedUpload?
        do {
            while let piece = try await next() {
                buffer += piece
                size += Int64(piece.count)
                // A part is sent when more follows it: an object of one part goes up in one request.
                while buffer.count > client.partBytes {
                    var started = try await begun(upload, key)
                    let part = Array(buffer.prefix(client.partBytes))
                    buffer.removeFirst(client.partBytes)
                    started.etags.append(try await persist { try await client.put(part: part, of: started) })
                    upload = started
                }
            }
            guard var started = upload else {
                let whole = buffer
                try await persist { try await client.put(whole, key: prefix + key.text, contentType: Self.contentType) }
                return size
            }
            let last = buffer
            let sent = started
            started.etags.append(try await persist { try await client.put(part: last, of: sent) })
            try await told { try await client.complete(started) }
            return size
        } catch {
            if let upload { await client.abandon(upload) }
            throw error
        }
    }

    public func read(_ key: ObjectKey, _ range: Range<Int64>) async throws -> [UInt8] {
        try await persist { try await client.get(key: prefix + key.text, range: range) }
    }

    public func head(_ key: ObjectKey) async throws -> StoredObject? {
        let facts = try await persist { try await client.head(key: prefix + key.text) }
        return facts.map { StoredObject(key: key, size: $0.size, modifiedAt: $0.modifiedAt) }
    }

    public func delete(_ key: ObjectKey) async throws {
        try await persist { try await client.delete(key: prefix + key.text) }
    }

    public func list(_ prefix: String, after: ObjectKey?, limit: Int) async throws -> [StoredObject] {
        var found: [StoredObject] = []
        var last = after.map { self.prefix + $0.text }
        while found.count < limit {
            let from = last
            let page = try await persist { try await client.list(self.prefix + prefix, after: from) }
            for entry in page.entries where found.count < limit {
                guard let key = ObjectKey(String(entry.key.dropFirst(self.prefix.count))) else { continue }
                found.append(StoredObject(key: key, size: entry.size, modifiedAt: entry.modifiedAt))
            }
            guard page.hasMore, let end = page.entries.last?.key else { break }
            last = end
        }
        return found
    }

    /// Parts of uploads that broke off are the bucket's to clean up, by a rule of its life cycle: only that finds those of
    /// other programs' crashes as well.
    public func discardUnfinished(before: Timestamp) async throws {}

    /// Stores may compress what they take for text, which ranges then cut in the wrong places.
    private static let contentType = "application/octet-stream"

    private func begun(_ upload: S3Client.PartedUpload?, _ key: ObjectKey) async throws -> S3Client.PartedUpload {
        if let upload { return upload }
        return try await persist { try await client.begin(key: prefix + key.text, contentType: Self.contentType) }
    }

    /// A store that hiccups must not cost an upload of an hour.
    private func persist<Value>(_ body: () async throws -> Value) async throws -> Value {
        var pause = Duration.milliseconds(200)
        for _ in 1..<Self.tries {
            do {
                return try await body()
            } catch let error as DashError where error.code == .unavailable {
                try await Task.sleep(for: min(max(pause, error.retryAfter ?? .zero), .seconds(10)))
                pause *= 3
            }
        }
        return try await told(body)
    }

    /// What the bucket's server says is for the operator: who sends a file can't do anything about it.
    private func told<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as DashError {
            throw DashError(
                error.code,
                "The store that keeps uploaded files can't be used now.",
                retryAfter: error.retryAfter,
                cause: String(reflecting: error)
            )
        }
    }
}
