import DashJSON

extension RecordPath {
    /// The one spelling that all spellings of the path share: `$.user.name`, `$.items[0]`, `$["a.b"]`.
    package var text: String {
        steps.reduce(into: "$") { text, step in
            switch step {
            case .index(let index): text += "[\(index)]"
            case .key(let key):
                let other = RecordPath("$." + key)
                text += other?.steps == [step] ? "." + key : "[" + JSONValue.string(key).text + "]"
            }
        }
    }
}
