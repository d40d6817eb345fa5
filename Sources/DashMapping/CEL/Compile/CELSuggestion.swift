/// Finds the name that was probably meant.
enum CELSuggestion {
    /// `; did you mean 'record'?`, or nothing when no name is near.
    static func text(for name: String, among names: some Sequence<String>) -> String {
        let limit = max(1, name.unicodeScalars.count / 3)
        let found = names.map { ($0, distance(name.lowercased(), $0.lowercased())) }.filter { $0.1 <= limit }
            .min { ($0.1, $0.0) < ($1.1, $1.0) }
        return found.map { "; did you mean '\($0.0)'?" } ?? ""
    }

    /// How many letters must be put in, taken out, replaced or swapped with their neighbours.
    static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.unicodeScalars.prefix(64))
        let right = Array(right.unicodeScalars.prefix(64))
        var rows = [Array(0...right.count)]
        for (i, a) in left.enumerated() {
            var row = [i + 1]
            for (j, b) in right.enumerated() {
                var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a == b ? 0 : 1))
                if i > 0, j > 0, a == right[j - 1], left[i - 1] == b { best = min(best, rows[i - 1][j - 1] + 1) }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
