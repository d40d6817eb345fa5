import DashJSON
import DashStorage

extension DataResult {
    /// Whether its rows have a time of their own.
    var isOverTime: Bool { columns.contains { $0.role == .time } }

    /// The newest row's first number, else its first value that is not a time. `rows.js` has the same rule.
    var newest: (value: JSONValue, name: String)? {
        let time = columns.firstIndex { $0.role == .time }
        var row = rows.last
        if let time, let first = rows.first?[time].stringValue, let end = row?[time].stringValue, first > end {
            row = rows.first
        }
        guard let row else { return nil }
        let index =
            columns.indices.first { columns[$0].isFigure && !row[$0].isNull }
            ?? columns.indices.first { columns[$0].role == .measure && !row[$0].isNull }
            ?? columns.indices.first { columns[$0].role == .group && !row[$0].isNull }
        return index.map { (row[$0], columns[$0].name) }
    }
}
