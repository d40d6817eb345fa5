import DashJSON
import DashStorage

/// Where SQLite looks for a value: a JSON text and a path in SQLite's own syntax.
///
/// That syntax compares keys with the letters of the text and has no way to spell all keys. Those that a JSON text may
/// spell in more than one way, and empty ones, are looked up by a function of Dash's own.
struct SQLitePlace {
    let document: SQLStatement
    let path: SQLStatement

    init(_ path: RecordPath) {
        let isPlain = path.steps.allSatisfy { step in
            switch step {
            case .key(let key): Self.isPlain(key)
            case .index(let index): index <= Int32.max
            }
        }
        guard isPlain else {
            document = "dash_json_at(data, \(Self.steps(path)))"
            self.path = "'$'"
            return
        }
        let text = path.steps.reduce(into: "$") { text, step in
            switch step {
            case .key(let key): text += ".\"" + key + "\""
            case .index(let index): text += "[\(index)]"
            }
        }
        document = "data"
        self.path = "\(text)"
    }

    /// Letters that JSON has no second spelling for but their code.
    private static func isPlain(_ key: String) -> Bool {
        !key.isEmpty && key.utf8.allSatisfy { (0x20..<0x7F).contains($0) && !"\"\\/".utf8.contains($0) }
    }

    private static func steps(_ path: RecordPath) -> String {
        let steps = path.steps.map { step -> JSONValue in
            switch step {
            case .key(let key): .string(key)
            case .index(let index): .number(JSONNumber(index))
            }
        }
        return JSONValue.array(steps).text
    }
}
