/// How much a document may ask of the parser; the default also refuses what PostgreSQL's jsonb would refuse.
public struct JSONLimits: Sendable, Hashable {
    /// The whole text.
    public var maxBytes: Int { didSet { maxBytes = min(maxBytes, Self.addressable) } }
    /// Containers inside containers.
    public var maxDepth: Int { didSet { maxDepth = min(max(maxDepth, 0), Self.deepest) } }
    /// A number's exponent, either sign.
    public var maxExponent: Int
    /// Values and keys together; bounds the tape's memory at 16 bytes each.
    public var maxNodes: Int
    /// Whether the escape `\u0000` may appear: RFC 8259 allows it, jsonb and C strings do not.
    public var allowsNullCharacter: Bool

    public init(
        maxBytes: Int = 10 << 20,
        maxDepth: Int = 512,
        maxExponent: Int = maxStorableExponent,
        maxNodes: Int = 4_000_000,
        allowsNullCharacter: Bool = false
    ) {
        self.maxBytes = min(maxBytes, Self.addressable)
        self.maxDepth = min(max(maxDepth, 0), Self.deepest)
        self.maxExponent = maxExponent
        self.maxNodes = maxNodes
        self.allowsNullCharacter = allowsNullCharacter
    }

    public static let `default` = JSONLimits()

    /// For records on their way in: what no store takes is marked on the tape instead of refused, as it concerns one
    /// record and not the body.
    public static let records = JSONLimits(maxExponent: .max, allowsNullCharacter: true)

    /// The grammar of RFC 8259 without the database's extra wishes.
    public static let rfc8259 = JSONLimits(maxExponent: .max, allowsNullCharacter: true)

    /// Offsets on the tape are 32 bits wide.
    private static let addressable = Int(UInt32.max) - 16
    /// Keeps the few recursive walks (encoding a tree, releasing it) far from the end of any thread's stack.
    private static let deepest = 2_048
    /// jsonb stores numbers as `numeric`: at most this many digits before the point, and behind it.
    public static let maxStorableExponent = 10_000
    package static let maxIntegerDigits = 131_072
    static let maxFractionDigits = 16_383
}
