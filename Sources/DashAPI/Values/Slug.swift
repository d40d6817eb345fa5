import Foundation

/// Names for addresses.
public enum Slug {
    /// "Café data, 2nd" becomes "cafe-data-2nd"; a name without any letter becomes a random one.
    public static func make(from name: String) -> String {
        var slug = ""
        for scalar in name.lowercased().decomposedStringWithCanonicalMapping.unicodeScalars where slug.utf8.count < 60 {
            switch scalar {
            case "a"..."z", "0"..."9": slug.unicodeScalars.append(scalar)
            default:
                let isMark = (0x300...0x36f).contains(scalar.value) || scalar == "'" || scalar == "’"
                if !isMark, !slug.isEmpty, slug.last != "-" { slug += "-" }
            }
        }
        while slug.last == "-" { slug.removeLast() }
        return slug.isEmpty ? SecretToken.hex(SecretToken.random(5)) : slug
    }

    /// Lower-case letters, digits and inner hyphens, 1 to 63 of them.
    public static func isValid(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard (1...63).contains(bytes.count), bytes.first != 45, bytes.last != 45 else { return false }
        return bytes.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }
}
