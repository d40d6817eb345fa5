import FoundationEssentials

/// How signatures are written in headers.
enum SignatureText: String, Sendable, CaseIterable {
    case hex, base64

    /// Nothing a header may hold is longer than a hash in hexadecimal.
    private static let maxLength = 1_024

    /// nil when the text is none.
    func bytes(_ text: some StringProtocol) -> [UInt8]? {
        guard text.utf8.count <= Self.maxLength else { return nil }
        switch self {
        case .base64:
            // Many senders leave the padding out.
            let digits = text.prefix { $0 != "=" }
            let padding = String(repeating: "=", count: (4 - digits.utf8.count % 4) % 4)
            guard text.utf8.count - digits.utf8.count <= 2 else { return nil }
            return Data(base64Encoded: digits + padding).map(Array.init)
        case .hex:
            let digits = Array(text.utf8)
            guard digits.count.isMultiple(of: 2) else { return nil }
            var bytes: [UInt8] = []
            for index in stride(from: 0, to: digits.count, by: 2) {
                guard let high = Self.nibble(digits[index]), let low = Self.nibble(digits[index + 1]) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            }
            return bytes
        }
    }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func nibble(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }
}
