import DashModel
import NIOHTTP1

/// Objects that go up in parts, of which all but the last have `partBytes`.
extension S3Client {
    /// An upload that was begun and what the store called its parts.
    struct PartedUpload: Sendable {
        let key: String
        let id: String
        var etags: [String] = []
    }

    func begin(key: String, contentType: String) async throws -> PartedUpload {
        let query = [(name: "uploads", value: "")]
        let started = try await call(.POST, key: key, query: query, headers: ["content-type": contentType])
        guard let id = Self.element("UploadId", in: started.body) else {
            throw DashError(.unavailable, "The object store began an upload without saying its id.")
        }
        return PartedUpload(key: key, id: id)
    }

    /// Sends the next part; its ETag is the caller's to keep.
    func put(part: [UInt8], of upload: PartedUpload) async throws -> String {
        let query = [
            (name: "partNumber", value: String(upload.etags.count + 1)), (name: "uploadId", value: upload.id),
        ]
        let answer = try await call(.PUT, key: upload.key, query: query, body: part)
        guard let etag = answer.headers.first(name: "etag") else {
            throw DashError(.unavailable, "The object store took a part without saying its ETag.")
        }
        return etag
    }

    /// Puts the parts together.
    func complete(_ upload: PartedUpload) async throws {
        let parts = upload.etags.enumerated()
            .map { "<Part><PartNumber>\($0 + 1)</PartNumber><ETag>\(Self.escaped($1))</ETag></Part>" }.joined()
        let body = Array("<CompleteMultipartUpload>\(parts)</CompleteMultipartUpload>".utf8)
        let query = [(name: "uploadId", value: upload.id)]
        let answer = try await call(.POST, key: upload.key, query: query, body: body)
        // This call may fail after its 200 was sent.
        if let code = Self.element("Code", in: answer.body) {
            throw DashError(.unavailable, "The object store could not put the parts together: \(code).")
        }
    }

    func abandon(_ upload: PartedUpload) async {
        // What can't be taken back now is the store's to clean up; the reason of the failure matters more.
        _ = try? await call(.DELETE, key: upload.key, query: [(name: "uploadId", value: upload.id)])
    }
}
