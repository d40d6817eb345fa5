import DashModel
import DashPipeline
import HTTPTypes
import Hummingbird
import NIOCore

extension RESTCall {
    /// The body is the file; what it is stands in the address and the headers.
    func upload() async throws -> Response {
        let query = request.uri.queryParameters
        let known = ResourceView.upload.parameters.map(\.name)
        for (name, _) in query where !known.contains(String(name)) {
            throw RESTError.parameter(String(name), "An upload has the parameters \(Words.list(known)).")
        }
        let filename = query["filename"].map(String.init) ?? "upload"
        let format = try format(query["format"].map(String.init), filename)
        let isCompressed = try isCompressed(filename)
        guard let limit = service.uploadLimit else {
            throw DashError(.unavailable, "This server has no object store for uploads.")
        }
        if let length = request.headers[.contentLength].flatMap({ Int64($0) }), length > limit {
            throw DashError(.tooLarge, "The file has \(length) bytes; \(limit) are allowed.")
        }
        var body = request.body.makeAsyncIterator()
        let row = try await service.upload(
            filename,
            format,
            isCompressed: isCompressed,
            contentType: request.headers[.contentType],
            into: try id(),
            as: principal,
            from: context.remoteAddress
        ) {
            let piece: ByteBuffer?
            do {
                piece = try await body.next(isolation: #isolation)
            } catch {
                throw DashError(.invalid, "The file did not arrive to its end; nothing of it was kept.")
            }
            // One that was stopped looks like one that has come to its end.
            try Task.checkCancellation()
            if piece == nil { try await context.confirm() }
            return piece.map { Array($0.readableBytesView) }
        }
        var response = try await document(
            row,
            of: Resources.uploads,
            try RESTParameters(nil, for: nil, allowing: [], principal: principal),
            status: .accepted
        )
        response.headers[.location] = ResourceDocument.address(Resources.uploads.name, row.id)
        return response
    }

    private func format(_ named: String?, _ filename: String) throws -> UploadFormat {
        if let named {
            if let format = UploadFormat(rawValue: named) { return format }
            throw RESTError.parameter("format", "The formats are csv, json and ndjson.")
        }
        // A browser's or curl's guess says less than a name.
        if let format = UploadFormat(filename: filename) { return format }
        if let format = request.headers[.contentType].flatMap({ UploadFormat(contentType: $0) }) { return format }
        throw RESTError.parameter(
            "format",
            "The file's format is not clear: add format=csv, json or ndjson, or a filename with that ending."
        )
    }

    private func isCompressed(_ filename: String) throws -> Bool {
        let names = (request.headers[.contentEncoding] ?? "").lowercased().split(separator: ",")
            .map { $0.filter { $0 != " " && $0 != "\t" } }.filter { !$0.isEmpty && $0 != "identity" }
        switch names.first {
        case nil: return filename.lowercased().hasSuffix(".gz")
        case "gzip" where names.count == 1, "x-gzip" where names.count == 1: return true
        default:
            let other = names.joined(separator: ", ")
            throw RESTError(
                .unsupportedMediaType,
                "unsupported_content_encoding",
                "The encoding \(other.prefix(40)) is not supported; send gzip or none.",
                header: "Content-Encoding"
            )
        }
    }
}
