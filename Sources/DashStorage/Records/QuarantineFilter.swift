public import DashJSON
public import DashModel
public import FoundationEssentials

/// Which of a pipeline's quarantined records are meant; every condition that is set has to hold.
public struct QuarantineFilter: Sendable, Hashable {
    /// These and no others.
    public var records: [UUID]?
    public var rule: String?
    /// As the definition names it.
    public var field: String?
    /// A part of the reason, capital letters or not.
    public var reason: String?
    /// Received at this time or later.
    public var from: Timestamp?
    /// Received before this time.
    public var to: Timestamp?

    /// So many records can be named one by one.
    public static let namedLimit = 1_000

    public init(
        records: [UUID]? = nil,
        rule: String? = nil,
        field: String? = nil,
        reason: String? = nil,
        from: Timestamp? = nil,
        to: Timestamp? = nil
    ) {
        self.records = records
        self.rule = rule
        self.field = field
        self.reason = reason
        self.from = from
        self.to = to
    }

    /// Whether it means every record.
    public var isEmpty: Bool { self == QuarantineFilter() }

    /// Reads `{"records","rule","field","reason","from","to"}`. Throws `.invalid` with everything that is wrong.
    public init(json: JSONValue) throws {
        guard let members = json.objectValue else {
            throw DashError(.invalid, "A choice of quarantined records is an object.")
        }
        self.init()
        var issues: [DashError.Issue] = []
        for (key, value) in members.members where !value.isNull {
            let text = value.stringValue.flatMap { $0.isEmpty ? nil : $0 }
            switch key {
            case "records":
                let ids = (value.arrayValue ?? []).map { $0.stringValue.flatMap(UUID.init(uuidString:)) }
                if value.arrayValue == nil || ids.contains(nil) || ids.count > Self.namedLimit {
                    let message = "must be a list of at most \(Self.namedLimit) ids of quarantined records"
                    issues.append(.init(pointer: "/records", message: message))
                }
                records = ids.compactMap(\.self)
            case "rule", "field", "reason":
                if text == nil { issues.append(.init(pointer: "/\(key)", message: "must be a text")) }
                switch key {
                case "rule": rule = text
                case "field": field = text
                default: reason = text
                }
            case "from", "to":
                let time = text.flatMap { Timestamp(text: $0) }
                if time == nil {
                    issues.append(.init(pointer: "/\(key)", message: "must be a time like 2026-01-31T00:00:00Z"))
                }
                if key == "from" { from = time } else { to = time }
            default: issues.append(.init(pointer: "/\(key)", message: "is not known; there are \(Self.keys)"))
            }
        }
        guard issues.isEmpty else {
            throw DashError(.invalid, "The choice of quarantined records can't be read.", issues: issues)
        }
    }

    private static let keys = "records, rule, field, reason, from, to"

    /// As `init(json:)` reads it.
    public var json: JSONValue {
        var object = JSONObject()
        if let records { object["records"] = .array(records.map { .string($0.text) }) }
        if let rule { object["rule"] = .string(rule) }
        if let field { object["field"] = .string(field) }
        if let reason { object["reason"] = .string(reason) }
        if let from { object["from"] = .string(from.text) }
        if let to { object["to"] = .string(to.text) }
        return .object(object)
    }

    package func condition(of pipeline: UUID) -> SQLStatement {
        var condition: SQLStatement = "pipeline_id = \(pipeline)"
        if let records {
            guard !records.isEmpty else { return "1 = 0" }
            condition.append(" AND id IN (\(records.map { id -> SQLStatement in "\(id)" }.joined(by: ", ")))")
            condition.isReusable = false
        }
        if let rule { condition.append(" AND rule = \(rule)") }
        if let field { condition.append(" AND field = \(field)") }
        if let reason {
            let escaped = ["!", "%", "_"].reduce(reason.lowercased()) { $0.replacing($1, with: "!" + $1) }
            condition.append(" AND lower(reason) LIKE \("%\(escaped)%") ESCAPE '!'")
        }
        if let from { condition.append(" AND received_at >= \(from)") }
        if let to { condition.append(" AND received_at < \(to)") }
        return condition
    }
}
