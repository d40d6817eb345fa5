import DashJSON
import DashModel

/// Any other sender: a keyed hash of the body, or of `time.body`, in a header that the pipeline names.
struct HMACSignature: SignatureScheme {
    let signatureHeader: String
    private let algorithm: MessageCode
    private let encoding: SignatureText
    private let prefix: String
    private let timestampHeader: String?
    private let idHeader: String?
    private let keys: [[UInt8]]

    init(config: JSONValue?, keys: [[UInt8]]) {
        func text(_ name: String) -> String? { config?[name]?.stringValue.flatMap { $0.isEmpty ? nil : $0 } }
        signatureHeader = text("header")?.lowercased() ?? "x-signature"
        algorithm = text("algorithm").flatMap(MessageCode.init(rawValue:)) ?? .sha256
        encoding = text("encoding").flatMap(SignatureText.init(rawValue:)) ?? .hex
        prefix = text("prefix") ?? ""
        timestampHeader = text("timestamp_header")?.lowercased()
        idHeader = text("id_header")?.lowercased()
        self.keys = keys
    }

    func verify(_ request: SignedRequest, now: Timestamp) throws(DashError) -> VerifiedRequest {
        let header = try required(signatureHeader, of: request)
        var parts = [request.body]
        if let timestampHeader {
            let timestamp = try required(timestampHeader, of: request)
            try SignatureWindow.check(timestamp, header: timestampHeader, now: now)
            parts.insert(Array("\(timestamp).".utf8), at: 0)
        }
        guard header.hasPrefix(prefix), let signature = encoding.bytes(header.dropFirst(prefix.count)),
            algorithm.isValid([signature], of: parts, keys: keys)
        else { throw mismatch }
        // With a signed time, the same signature twice is the same request twice.
        return VerifiedRequest(deliveryID: idHeader.flatMap(request.header) ?? timestampHeader.map { _ in header })
    }
}
