/// The functions, apart from macros and operators.
enum CELFunction: Int32 {
    case size, type, dyn, int, uint, double, bool, string, bytes, timestamp, duration
    case matches, contains, startsWith, endsWith
    case getFullYear, getMonth, getDayOfYear, getDayOfMonth, getDate, getDayOfWeek
    case getHours, getMinutes, getSeconds, getMilliseconds
    case charAt, indexOf, lastIndexOf, join, lowerAscii, upperAscii, replace, split, substring, trim, format, reverse
    case quote
    case greatest, least, ceil, floor, round, trunc, abs, sign, sqrt, isNaN, isInf, isFinite
    case bitAnd, bitOr, bitXor, bitNot, bitShiftLeft, bitShiftRight
    case base64Encode, base64Decode
    case setsContains, setsEquivalent, setsIntersects
    case slice, flatten, distinct, sort, range, first, last
    case optionalOf, optionalOfNonZero, optionalNone, hasValue, value, or, orValue, optionalUnwrap

    /// What a call needs; the receiver counts as an argument.
    typealias Signature = (function: CELFunction, arguments: ClosedRange<Int>, result: CELType?)

    /// By name; those called on a value with a point before it.
    static let signatures: [String: Signature] = [
        "size": (.size, 1...1, .int), ".size": (.size, 1...1, .int),
        "type": (.type, 1...1, .type), "dyn": (.dyn, 1...1, nil),
        "int": (.int, 1...1, .int), "uint": (.uint, 1...1, .uint), "double": (.double, 1...1, .double),
        "bool": (.bool, 1...1, .bool), "string": (.string, 1...1, .string), "bytes": (.bytes, 1...1, .bytes),
        "timestamp": (.timestamp, 1...1, .timestamp), "duration": (.duration, 1...1, .duration),
        "matches": (.matches, 2...2, .bool), ".matches": (.matches, 2...2, .bool),
        ".contains": (.contains, 2...2, .bool), ".startsWith": (.startsWith, 2...2, .bool),
        ".endsWith": (.endsWith, 2...2, .bool),
        ".getFullYear": (.getFullYear, 1...2, .int), ".getMonth": (.getMonth, 1...2, .int),
        ".getDayOfYear": (.getDayOfYear, 1...2, .int), ".getDayOfMonth": (.getDayOfMonth, 1...2, .int),
        ".getDate": (.getDate, 1...2, .int), ".getDayOfWeek": (.getDayOfWeek, 1...2, .int),
        ".getHours": (.getHours, 1...2, .int), ".getMinutes": (.getMinutes, 1...2, .int),
        ".getSeconds": (.getSeconds, 1...2, .int), ".getMilliseconds": (.getMilliseconds, 1...2, .int),
        ".charAt": (.charAt, 2...2, .string), ".indexOf": (.indexOf, 2...3, .int),
        ".lastIndexOf": (.lastIndexOf, 2...3, .int), ".join": (.join, 1...2, .string),
        ".lowerAscii": (.lowerAscii, 1...1, .string), ".upperAscii": (.upperAscii, 1...1, .string),
        ".replace": (.replace, 3...4, .string), ".split": (.split, 2...3, .list),
        ".substring": (.substring, 2...3, .string), ".trim": (.trim, 1...1, .string),
        ".format": (.format, 2...2, .string), ".reverse": (.reverse, 1...1, nil),
        "strings.quote": (.quote, 1...1, .string),
        "math.greatest": (.greatest, 1...64, nil), "math.least": (.least, 1...64, nil),
        "math.ceil": (.ceil, 1...1, .double), "math.floor": (.floor, 1...1, .double),
        "math.round": (.round, 1...1, .double), "math.trunc": (.trunc, 1...1, .double),
        "math.abs": (.abs, 1...1, nil), "math.sign": (.sign, 1...1, nil), "math.sqrt": (.sqrt, 1...1, .double),
        "math.isNaN": (.isNaN, 1...1, .bool), "math.isInf": (.isInf, 1...1, .bool),
        "math.isFinite": (.isFinite, 1...1, .bool),
        "math.bitAnd": (.bitAnd, 2...2, nil), "math.bitOr": (.bitOr, 2...2, nil), "math.bitXor": (.bitXor, 2...2, nil),
        "math.bitNot": (.bitNot, 1...1, nil), "math.bitShiftLeft": (.bitShiftLeft, 2...2, nil),
        "math.bitShiftRight": (.bitShiftRight, 2...2, nil),
        "base64.encode": (.base64Encode, 1...1, .string), "base64.decode": (.base64Decode, 1...1, .bytes),
        "sets.contains": (.setsContains, 2...2, .bool), "sets.equivalent": (.setsEquivalent, 2...2, .bool),
        "sets.intersects": (.setsIntersects, 2...2, .bool),
        ".slice": (.slice, 3...3, .list), ".flatten": (.flatten, 1...2, .list), ".distinct": (.distinct, 1...1, .list),
        ".sort": (.sort, 1...1, .list), "lists.range": (.range, 1...1, .list), ".first": (.first, 1...1, .optional),
        ".last": (.last, 1...1, .optional),
        "optional.of": (.optionalOf, 1...1, .optional), "optional.none": (.optionalNone, 0...0, .optional),
        "optional.ofNonZeroValue": (.optionalOfNonZero, 1...1, .optional),
        "optional.unwrap": (.optionalUnwrap, 1...1, .list), ".unwrapOpt": (.optionalUnwrap, 1...1, .list),
        ".hasValue": (.hasValue, 1...1, .bool), ".value": (.value, 1...1, nil), ".or": (.or, 2...2, .optional),
        ".orValue": (.orValue, 2...2, nil),
    ]
}
