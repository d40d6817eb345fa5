import DashModel
import FoundationEssentials
import Hummingbird
import NIOCore

/// A posted form: names and values in their order; a name may come more than once.
struct FormData: Sendable {
    private(set) var pairs: [(name: String, value: String)] = []

    /// More fields than any page of ours has.
    private static let fieldLimit = 5_000

    init(_ pairs: [(name: String, value: String)] = []) { self.pairs = pairs }

    init(urlEncoded bytes: some Collection<UInt8>) {
        for part in bytes.split(separator: UInt8(ascii: "&")).prefix(Self.fieldLimit) {
            let sides = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = sides.first else { continue }
            pairs.append((URLText.decode(name), sides.count > 1 ? URLText.decode(sides[1]) : ""))
        }
    }

    static func read(_ request: Request, limit: Int) async throws -> FormData {
        let type = request.headers[.contentType] ?? ""
        guard type.hasPrefix("application/x-www-form-urlencoded") else {
            throw DashError(.invalid, "The form was not sent as a form.")
        }
        var bytes: [UInt8] = []
        let tooLarge = DashError(.tooLarge, "The form is larger than \(limit) bytes.")
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit { throw tooLarge }
        for try await buffer in request.body {
            guard bytes.count + buffer.readableBytes <= limit else {
                throw tooLarge
            }
            bytes.append(contentsOf: buffer.readableBytesView)
        }
        return FormData(urlEncoded: bytes)
    }

    static func query(of request: Request) -> FormData { FormData(urlEncoded: Array((request.uri.query ?? "").utf8)) }

    subscript(_ name: String) -> String? { pairs.first { $0.name == name }?.value }

    /// The value without spaces at its ends; nil when there is nothing in it.
    func text(_ name: String) -> String? {
        guard let value = self[name]?.trimmingSpaces, !value.isEmpty else { return nil }
        return value
    }

    func all(_ name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }

    /// A checkbox: present when it is on.
    func flag(_ name: String) -> Bool { pairs.contains { $0.name == name && $0.value != "false" && !$0.value.isEmpty } }

    func uuid(_ name: String) -> UUID? { text(name).flatMap { UUID(text: $0) } }
}
