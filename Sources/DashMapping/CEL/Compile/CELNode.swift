/// One step of a compiled expression: numbers only, so that it is copied without counting references.
struct CELNode {
    enum Operation: UInt8 {
        /// `a`: among the constants.
        case constant
        /// `a`: the variable's slot.
        case variable
        /// `a`: the local's place.
        case local
        /// `a`: operand, `b`: among the keys.
        case select, selectOptional, has
        /// `a`: operand, `b`: index.
        case index, indexOptional
        case not, negate
        case and, or
        case conditional
        case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, contained
        case add, subtract, multiply, divide, remainder
        /// `a`: first among the arguments, `b`: how many; an optional element is there as its complement.
        case list
        /// As `list`, keys and values in turns; an optional entry's key is there as its complement.
        case map
        /// `a`: the function, `b`: first among the arguments, `c`: how many.
        case call
        /// `a`: text, `b`: among the patterns.
        case matches
        /// `a`: what is gone through, `b`: among the loops.
        case loop
        /// `a`: value, `b`: the local's place, `c`: what is evaluated with it.
        case bind
        /// `a`: among the failures.
        case fail
    }

    var operation: Operation
    var a: Int32 = 0
    var b: Int32 = 0
    var c: Int32 = 0
    /// Where messages point, in scalars from the start of the text.
    var offset: Int32 = 0
}
