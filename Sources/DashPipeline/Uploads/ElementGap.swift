/// What stands between two elements of a JSON array: blanks and one comma, and nothing in front of the first. Says what is
/// missing there, since a file that lost a piece must not count as whole.
struct ElementGap {
    /// What was expected, and where it was noticed that it is not there.
    struct Fault {
        var reason: String
        var place: Int
    }

    private static let comma = UInt8(ascii: ",")

    /// Where what follows begins: an element, a bracket or nothing yet.
    let end: Int
    let hasComma: Bool
    let fault: Fault?

    /// `isFirst`: behind the bracket that opens the array, otherwise behind an element.
    init(in bytes: UnsafeBufferPointer<UInt8>, from start: Int, isFirst: Bool) {
        var index = start
        var commas = 0
        // Of however many commas in a row the first that is too many.
        var surplus: Int?
        while index < bytes.count, bytes[index] <= 32 || bytes[index] == Self.comma {
            if bytes[index] == Self.comma {
                commas += 1
                if commas == (isFirst ? 1 : 2) { surplus = index }
            }
            index += 1
        }
        end = index
        hasComma = commas > 0
        guard index < bytes.count else {
            fault = nil
            return
        }
        let isClosing = bytes[index] == UInt8(ascii: "]")
        if let surplus {
            fault = Fault(reason: "a value is expected in front of the comma", place: surplus)
        } else if isClosing, commas > 0 {
            fault = Fault(reason: "a value is expected behind the comma, where the array ends", place: index)
        } else if !isClosing, commas == 0, !isFirst {
            fault = Fault(reason: "a comma is expected in front of the value", place: index)
        } else {
            fault = nil
        }
    }

    /// Values one behind the other have only blanks between them.
    init(blanksIn bytes: UnsafeBufferPointer<UInt8>, from start: Int) {
        var index = start
        while index < bytes.count, bytes[index] <= 32 { index += 1 }
        end = index
        hasComma = false
        fault = nil
    }
}
