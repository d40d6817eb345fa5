public import DashJSON
public import DashMapping

/// How a version of a mapping differs from another one.
public struct MappingComparison: Sendable, Hashable, AnswerValues {
    /// The number of the other version; nil when there was none before.
    public var from: Int?
    public var to: Int
    public var differences: [MappingDifference]

    public func write(to writer: inout JSONWriter) {
        let differences = differences.map { difference -> JSONValue in
            var object = JSONObject([("pointer", .string(difference.pointer))])
            if let before = difference.before { object["before"] = before }
            if let after = difference.after { object["after"] = after }
            return .object(object)
        }
        let from = from.map { JSONValue.number(JSONNumber($0)) } ?? .null
        let to = JSONValue.number(JSONNumber(to))
        JSONObject([("from", from), ("to", to), ("differences", .array(differences))]).write(to: &writer)
    }
}
