/// A macro that goes through a list, a map or an optional.
struct CELLoop {
    enum Kind: UInt8 {
        case all, exists, existsOne, list, map, mapEntry, sortBy
        case optionalMap, optionalFlatMap
    }

    var kind: Kind
    /// Where the index or key is kept; -1 when only `value` is named.
    var key: Int32
    var value: Int32
    /// What must be true of an element; -1 for no such demand.
    var filter: Int32 = -1
    var body: Int32
}
