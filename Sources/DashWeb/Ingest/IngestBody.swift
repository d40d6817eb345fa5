import DashAPI
import DashMapping
import DashModel
import DashPipeline
import HTTPTypes
import Hummingbird
import NIOCore

/// Reads the body of a post: checks what kind it says it is, inflates it, and keeps it within its limit while it arrives.
struct IngestBody {
    enum Encoding {
        case identity
        case inflated(Inflater.Format)
    }

    /// As the content type says; what it leaves open is found out from the bytes.
    let form: BodyForm
    private let encoding: Encoding
    private let declaredLength: Int?
    private let limit: Int

    /// Refuses by the headers alone what need not be read.
    init(headers: HTTPFields, limit: Int) throws(ProblemDetails) {
        self.limit = limit
        form = try Self.form(headers[.contentType])
        encoding = try Self.encoding(headers[.contentEncoding])
        declaredLength = headers[.contentLength].flatMap { Int($0) }
        if let declaredLength, declaredLength > limit { throw .tooLarge(limit) }
    }

    /// The bytes that room is asked for. Most of what is compressed shrinks less.
    var expected: Int {
        switch encoding {
        case .identity: declaredLength ?? min(limit, Self.guess)
        case .inflated: min(limit, declaredLength.map { max(0, $0) * 8 } ?? Self.guess)
        }
    }

    private static let guess = 512 << 10

    /// `growing` is asked once a body becomes larger than expected, and may refuse it.
    func read(_ body: RequestBody, growing: () throws -> Void) async throws -> [UInt8] {
        do {
            switch encoding {
            case .identity: return try await readPlain(body, growing)
            case .inflated(let format): return try await readInflated(body, format, growing)
            }
        } catch let error as DashError {
            throw error
        } catch let error as ProblemDetails {
            throw error
        } catch {
            // The connection broke off, or what came was no HTTP body: not the server's fault.
            throw DashError(.invalid, "The body could not be read to its end.")
        }
    }

    private func readPlain(_ body: RequestBody, _ growing: () throws -> Void) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        var hasGrown = false
        if let declaredLength { bytes.reserveCapacity(max(0, declaredLength)) }
        for try await buffer in body {
            guard bytes.count + buffer.readableBytes <= limit else { throw ProblemDetails.tooLarge(limit) }
            bytes.append(contentsOf: buffer.readableBytesView)
            try grow(&hasGrown, to: bytes.count, growing)
        }
        return bytes
    }

    private func readInflated(
        _ body: RequestBody,
        _ format: Inflater.Format,
        _ growing: () throws -> Void
    ) async throws -> [UInt8] {
        let inflater = Inflater(format, limit: Int64(limit))
        var received = 0
        var hasGrown = false
        for try await buffer in body {
            received += buffer.readableBytes
            guard received <= limit else { throw ProblemDetails.tooLarge(limit) }
            try buffer.withUnsafeReadableBytes { try inflater.write($0) }
            try grow(&hasGrown, to: inflater.waiting, growing)
        }
        return try inflater.finish()
    }

    private func grow(_ hasGrown: inout Bool, to size: Int, _ growing: () throws -> Void) throws {
        guard !hasGrown, size > max(expected, Self.guess) else { return }
        hasGrown = true
        try growing()
    }

    private static func form(_ contentType: String?) throws(ProblemDetails) -> BodyForm {
        guard let contentType else { return BodyForm() }
        let form = BodyForm(contentType: contentType)
        if let charset = form.charset, Charset(label: charset) == nil { throw .unsupportedCharset(charset) }
        guard form.framing == .auto else { return form }
        let type = contentType.prefix { $0 != ";" }.lowercased().trimmingSpaces
        let refused = ["multipart/", "image/", "audio/", "video/", "font/"]
        if refused.contains(where: type.hasPrefix) { throw .unsupportedType(type) }
        // Many clients leave the type at `text/plain`, whatever they send.
        return form
    }

    /// `identity` says nothing, however often it is said; of the others there can be one.
    private static func encoding(_ header: String?) throws(ProblemDetails) -> Encoding {
        guard let header else { return .identity }
        let names = header.lowercased().split(separator: ",").map { String($0).trimmingSpaces }
            .filter { !$0.isEmpty && $0 != "identity" }
        switch names.first {
        case nil: return .identity
        case "gzip" where names.count == 1, "x-gzip" where names.count == 1: return .inflated(.gzip)
        case "deflate" where names.count == 1: return .inflated(.deflate)
        default: throw .unsupportedEncoding(names.joined(separator: ", "))
        }
    }
}

extension String {
    /// Without spaces and tabs at its ends.
    var trimmingSpaces: String {
        func isText(_ byte: UInt8) -> Bool { byte != UInt8(ascii: " ") && byte != UInt8(ascii: "\t") }
        guard let first = utf8.firstIndex(where: isText), let last = utf8.lastIndex(where: isText) else { return "" }
        return String(self[first..<utf8.index(after: last)])
    }
}
