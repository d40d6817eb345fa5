import DashJSON

/// A string without escapes, an array or an object of the record at hand, by where it lies.
public struct CELView: Sendable {
    /// Whose places these are.
    enum Home: UInt8, Sendable {
        /// The source document's tape.
        case document
        /// The program's constants.
        case program
        /// Bytes that conversions have written; only strings.
        case scratch
        /// The tree of the record that is being made.
        case tree
    }

    var home: Home
    var kind: JSONKind
    /// Index on the tape or in the tree; for containers.
    var node: Int32
    /// Of a string's inside; for strings.
    var start: UInt32
    var length: UInt32

    @inline(__always)
    init(string home: Home, start: Int, length: Int) {
        self.home = home
        kind = .string
        node = -1
        self.start = UInt32(truncatingIfNeeded: start)
        self.length = UInt32(truncatingIfNeeded: length)
    }

    @inline(__always)
    init(container kind: JSONKind, _ home: Home, node: Int) {
        self.home = home
        self.kind = kind
        self.node = Int32(truncatingIfNeeded: node)
        start = 0
        length = 0
    }

    var type: CELType {
        switch kind {
        case .string: .string
        case .array: .list
        default: .map
        }
    }
}
