import DashJSON
import DashModel

/// What became of a row's attributes, as the audit trail keeps it: old and new value of each, as clients are shown them, so
/// that secrets are masked, and long ones only by their length.
enum AuditChanges {
    /// In bytes of JSON.
    static let valueLimit = 1_000

    /// `before` and `after` are rows as clients are shown them; nil for one that was not there.
    static func json(_ names: [String], from before: ResourceRow?, to after: ResourceRow?) -> JSONValue {
        .object(
            JSONObject(
                names.map { name in
                    var sides: [(String, JSONValue)] = []
                    if let before { sides.append(("from", short(before[name]))) }
                    if let after { sides.append(("to", short(after[name]))) }
                    return (name, .object(JSONObject(sides)))
                }
            )
        )
    }

    private static func short(_ value: JSONValue) -> JSONValue {
        let bytes = value.encoded()
        return bytes.count <= valueLimit ? value : ["bytes": .number(JSONNumber(bytes.count))]
    }
}
