import DashJSON

/// The names of a table's columns, each once. An empty name is `column_3` by its place; of several equal ones the first
/// keeps it, the others get their place behind it. Cells behind the last column are named in the same way.
struct TableColumns: Sendable {
    private var names: [String] = []
    private var taken: Set<String> = []
    /// The columns' keys in the rows at hand; -1: not used yet.
    private var keys: [Int] = []

    init(names given: [String]) {
        // A name that is written out is nobody else's.
        taken = Set(given)
        var seen: Set<String> = []
        for name in given {
            names.append(!name.isEmpty && seen.insert(name).inserted ? name : free(name))
        }
        keys = Array(repeating: -1, count: names.count)
    }

    /// The key of a column in `rows`, added when it is used for the first time.
    mutating func key(of column: Int, in rows: inout JSONRows) -> Int {
        while names.count <= column {
            names.append(free(""))
            keys.append(-1)
        }
        if keys[column] < 0 { keys[column] = rows.addKey(names[column]) }
        return keys[column]
    }

    mutating func forgetKeys() { keys = Array(repeating: -1, count: keys.count) }

    private mutating func free(_ wish: String) -> String {
        let place = names.count + 1
        var name = wish.isEmpty ? "column_\(place)" : "\(wish)_\(place)"
        while !taken.insert(name).inserted { name += "_\(place)" }
        return name
    }
}
