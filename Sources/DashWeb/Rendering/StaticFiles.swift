import DashAPI
import DashModel
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

/// Our CSS, ES modules and the pinned libraries, read once at start. Only what was found then is served, so no address can
/// reach another file.
struct StaticFiles: Sendable {
    private let files: [String: StaticFile]

    private static let types = [
        "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
        "png": "image/png", "ico": "image/x-icon", "woff2": "font/woff2", "txt": "text/plain; charset=utf-8",
        "webmanifest": "application/manifest+json",
    ]

    init(directory: String) throws {
        var files: [String: StaticFile] = [:]
        let manager = FileManager.default
        guard manager.fileExists(atPath: directory) else {
            throw DashError(.internal, "The folder \(directory) with the browser's files is missing.")
        }
        for path in try manager.subpathsOfDirectory(atPath: directory) {
            guard let dot = path.lastIndex(of: "."), let type = Self.types[String(path[path.index(after: dot)...])],
                !path.split(separator: "/").contains(where: { $0.hasPrefix(".") })
            else {
                continue
            }
            let bytes = try Data(contentsOf: URL(filePath: directory + "/" + path))
            files[path] = StaticFile(bytes: ByteBuffer(bytes: bytes), contentType: type, version: StableHash.hex(bytes))
        }
        self.files = files
    }

    /// The address of a file for our pages; it changes with the file, so browsers may keep it for good.
    func address(of path: String) -> String {
        "/assets/" + path + (files[path].map { "?v=" + $0.version } ?? "")
    }

    func respond(to request: Request, context: DashRequestContext) throws -> Response {
        let path = String(request.uri.path.dropFirst("/assets/".count))
        guard let file = files[path] else { throw DashError(.notFound, "There is no such file.") }
        let tag = "\"" + file.version + "\""
        let isVersioned = request.uri.queryParameters["v"].map(String.init) == file.version
        var headers: HTTPFields = [
            .contentType: file.contentType,
            .eTag: tag,
            // Modules import one another without a version: those ask each time and get 304.
            .cacheControl: isVersioned ? "public, max-age=31536000, immutable" : "no-cache",
        ]
        if request.headers[.ifNoneMatch]?.contains(tag) == true {
            headers[.contentType] = nil
            return Response(status: .notModified, headers: headers)
        }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: file.bytes))
    }
}
