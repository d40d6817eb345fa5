/// The name of an object: names between slashes, of letters, digits, `-`, `_` and `.`, none of which begins with a dot. So
/// no key leads out of the folder or prefix that holds the objects.
public struct ObjectKey: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let text: String

    private static let longest = 512

    /// nil for what is no such key.
    public init?(_ text: String) {
        let names = text.split(separator: "/", omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.longest, names.allSatisfy(Self.isName) else { return nil }
        self.text = text
    }

    public var description: String { text }

    public static func < (lhs: ObjectKey, rhs: ObjectKey) -> Bool {
        lhs.text.utf8.lexicographicallyPrecedes(rhs.text.utf8)
    }

    private static func isName(_ name: Substring) -> Bool {
        guard let first = name.utf8.first, first != UInt8(ascii: "."), name.utf8.count <= 200 else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
    }
}
