/// A fault found while parsing, before its line and column are counted.
struct JSONFailure {
    var code: JSONError.Code
    var offset: Int
}
