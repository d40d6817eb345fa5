import DashMapping
import Foundation

/// E-mail addresses as Dash stores and compares them: trimmed, in lower case, each character in its one spelling (NFKC),
/// and the domain as mail servers know it (`xn--`), so that addresses that look alike are the same or seen to differ.
enum EmailAddress {
    /// nil when it can't be an address. Only mail that arrives proves one, so the check is a coarse one.
    static func normalized(_ text: String) -> String? {
        let address = plain(text).precomposedStringWithCompatibilityMapping.lowercased()
            .precomposedStringWithCompatibilityMapping
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].utf8.count), isReadable(address), isOfOneScript(parts[0]),
            let domain = domain(parts[1])
        else { return nil }
        return parts[0] + "@" + domain
    }

    /// The older spelling, in which addresses may still be stored: trimmed and in lower case.
    static func plain(_ text: String) -> String {
        var rest = Substring(text)
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest.lowercased()
    }

    private static func domain(_ text: Substring) -> String? {
        // The full stops of other scripts part labels as well.
        let labels = text.replacing("\u{3002}", with: ".").split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count > 1 else { return nil }
        let encoded = labels.compactMap(label)
        let domain = encoded.joined(separator: ".")
        return encoded.count == labels.count && (3...190).contains(domain.utf8.count) ? domain : nil
    }

    private static func label(_ label: Substring) -> String? {
        guard !label.isEmpty else { return nil }
        if label.utf8.allSatisfy({ $0 < 128 }) { return label.utf8.count <= 63 ? String(label) : nil }
        guard isOfOneScript(label), let encoded = Punycode.encoded(Array(label.unicodeScalars)), encoded.count <= 59
        else { return nil }
        return "xn--" + String(decoding: encoded, as: UTF8.self)
    }

    /// Neither white space nor what ends an address in a mail's header, nor characters that nobody sees.
    private static func isReadable(_ address: String) -> Bool {
        address.unicodeScalars.allSatisfy { scalar in
            scalar.value > 32 && scalar.value != 127 && !"<>()[],;:\\\"".unicodeScalars.contains(scalar)
                && !scalar.properties.isDefaultIgnorableCodePoint && !scalar.properties.isWhitespace
                && scalar.properties.generalCategory != .control && scalar.properties.generalCategory != .format
        }
    }

    /// Latin letters among Greek or Cyrillic ones are there to be taken for others.
    private static func isOfOneScript(_ text: Substring) -> Bool {
        var scripts: Set<Character> = []
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x61...0x7A, 0xC0...0x24F: scripts.insert("L")
            case 0x370...0x3FF, 0x1F00...0x1FFF: scripts.insert("G")
            case 0x400...0x52F: scripts.insert("C")
            case 0x530...0x58F: scripts.insert("A")
            default: continue
            }
        }
        return scripts.count <= 1
    }
}
