/// Host names by RFC 1123 with the labels of RFC 5891, and by RFC 5890 with characters of all scripts.
enum HostnameFormats {
    static func isHostname(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard (1...253).contains(text.count) else { return false }
        let labels = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return labels.allSatisfy { isLabel($0) } && BidirectionalRule.admits(name: labels.map { scalars(of: $0) })
    }

    /// What a valid label stands for: an encoded one is decoded.
    private static func scalars(of label: some RandomAccessCollection<UInt8>) -> [Unicode.Scalar] {
        let bytes = Array(label)
        let isEncoded = bytes.count >= 4 && bytes[2] == UInt8(ascii: "-") && bytes[3] == UInt8(ascii: "-")
        return (isEncoded ? Punycode.decoded(bytes[4...]) : nil) ?? bytes.map { Unicode.Scalar($0) }
    }

    /// Letters, digits and hyphens, no hyphen at either end; two hyphens at the third place only in encoded labels.
    private static func isLabel(_ label: some RandomAccessCollection<UInt8>) -> Bool {
        guard (1...63).contains(label.count), label.first != UInt8(ascii: "-"), label.last != UInt8(ascii: "-"),
            label.allSatisfy({ $0 == UInt8(ascii: "-") || $0 &- 0x30 < 10 || ($0 | 0x20) &- 0x61 < 26 })
        else { return false }
        let bytes = Array(label)
        guard bytes.count >= 4, bytes[2] == UInt8(ascii: "-"), bytes[3] == UInt8(ascii: "-") else { return true }
        guard bytes[0] | 0x20 == UInt8(ascii: "x"), bytes[1] | 0x20 == UInt8(ascii: "n") else { return false }
        guard let decoded = Punycode.decoded(bytes[4...]) else { return false }
        // An encoded label stands for one that could not have been written otherwise.
        return decoded.contains { !$0.isASCII } && InternationalLabel.isValid(decoded)
            && Punycode.encoded(decoded).map { $0.elementsEqual(bytes[4...].map { Self.lowered($0) }) } ?? false
    }

    private static func lowered(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    static func isInternational(_ text: String) -> Bool {
        // The ideographic full stops separate labels as well.
        let labels = text.unicodeScalars.split(omittingEmptySubsequences: false) { scalar in
            scalar == "." || scalar == "\u{3002}" || scalar == "\u{FF0E}" || scalar == "\u{FF61}"
        }
        var length = labels.count - 1
        var shown: [[Unicode.Scalar]] = []
        for label in labels {
            if label.allSatisfy(\.isASCII) {
                let bytes = label.map { UInt8(truncatingIfNeeded: $0.value) }
                guard isLabel(bytes) else { return false }
                length += bytes.count
                shown.append(scalars(of: bytes))
            } else {
                let scalars = Array(label)
                guard InternationalLabel.isValid(scalars), let encoded = Punycode.encoded(scalars),
                    encoded.count + 4 <= 63
                else { return false }
                length += encoded.count + 4
                shown.append(scalars)
            }
        }
        return length <= 253 && BidirectionalRule.admits(name: shown)
    }
}
