/// One entry of a document's tape: where a value lies in the bytes and where its subtree ends on the tape.
///
/// An array is followed by its elements; an object by key, value, key, value, with each value's subtree in place.
public struct JSONNode: Sendable {
    /// What the parser learnt about a node on its way.
    public struct Flags: OptionSet, Sendable {
        public let rawValue: UInt8

        @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// A string whose text contains escapes.
        @inlinable public static var escaped: Flags { Flags(rawValue: 1) }
        /// A member's key, not a value.
        @inlinable public static var key: Flags { Flags(rawValue: 2) }
        /// An object in which some key occurs more than once.
        @inlinable public static var duplicates: Flags { Flags(rawValue: 4) }
        /// A value or key whose text is not canonical and can't be copied as it is: white space or repeated keys somewhere
        /// inside, or escapes that need not be.
        @inlinable public static var rough: Flags { Flags(rawValue: 8) }
        /// A key that a later equal key of the same object replaces.
        @inlinable public static var overridden: Flags { Flags(rawValue: 16) }
        /// A number without fraction and exponent.
        @inlinable public static var integer: Flags { Flags(rawValue: 32) }
        /// A value that is JSON and that no store takes, or a container that has one: a string with a null character, a
        /// number beyond what `numeric` holds.
        @inlinable public static var unstorable: Flags { Flags(rawValue: 64) }
        /// What a container has as soon as something in it has it.
        @inline(__always) static var inherited: Flags { Flags(rawValue: 8 | 64) }
    }

    public internal(set) var kind: JSONKind
    public internal(set) var flags: Flags
    /// How many containers enclose the node.
    public internal(set) var depth: UInt16
    /// Offset of the first byte; a string's is its opening quote.
    public internal(set) var start: UInt32
    /// Bytes of the raw text, quotes and brackets included.
    public internal(set) var length: UInt32
    /// Index behind the value's subtree; a key carries its hash here.
    public internal(set) var next: UInt32

    @inline(__always)
    init(kind: JSONKind, flags: Flags, depth: UInt16, start: UInt32, length: UInt32, next: UInt32) {
        self.kind = kind
        self.flags = flags
        self.depth = depth
        self.start = start
        self.length = length
        self.next = next
    }
}
