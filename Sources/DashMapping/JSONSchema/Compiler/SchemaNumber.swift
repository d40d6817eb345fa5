import DashJSON

/// A limit of a schema: its text in the buffer, and its value where that is exact.
struct SchemaNumber: Sendable {
    var start: Int32
    var length: Int32
    /// A whole number that fits.
    var int: Int64?
    /// The nearest double, when the text is short enough that doubles keep the order of the texts.
    var short: Double?

    init(_ number: JSONNumber, start: Int) {
        var text = number.text
        self.start = Int32(truncatingIfNeeded: start)
        length = Int32(truncatingIfNeeded: text.utf8.count)
        int = text.utf8.count <= 18 ? Int64(text) : nil
        short = text.withUTF8 { JSONDecimal.short($0) }
    }
}
