import DashJSON

/// Why a record can't be stored.
struct Refusal: Error {
    var rule: String
    var field: String?
    var reason: String
    /// The batch that must be settled before the record can be mapped at all.
    var undecided: Int?

    static func missing(_ field: String) -> Refusal {
        Refusal(rule: "required", field: field, reason: "\(field) is missing")
    }

    static func null(_ field: String) -> Refusal {
        Refusal(rule: "required", field: field, reason: "\(field) is null")
    }

    /// `format` is the index of the timestamp's format; -1 for none.
    static func cast(_ field: String, _ kind: JSONKind, _ type: FieldType, format: Int = -1) -> Refusal {
        var reason = "\(field) is \(kind) that can't be turned into \(type.phrase)"
        if type == .timestamp, format < 0 {
            reason +=
                ": without a format it must be as RFC 3339 spells it; name one: unix, unix_ms, rfc2822, %Y-%m-%d …"
        }
        return Refusal(rule: "type", field: field, reason: reason)
    }

    static func notAnObject(_ kind: JSONKind) -> Refusal {
        Refusal(rule: "record", field: nil, reason: "a record must be an object, this is \(kind)")
    }

    static func tooLarge(_ limit: Int) -> Refusal {
        Refusal(rule: "record", field: nil, reason: "the record becomes larger than \(limit) bytes")
    }

    /// Two values would have one name.
    static func collision(_ name: String, _ kind: String) -> Refusal {
        let reason = "\(kind) would give two values the name \(name): rename or drop one of them before"
        return Refusal(rule: "name_collision", field: name, reason: reason)
    }

    /// The batch has no steps left.
    static func budget(_ failure: CELFailure, field: String?) -> Refusal {
        Refusal(rule: "budget", field: field, reason: failure.message)
    }

    init(rule: String, field: String?, reason: String) {
        self.rule = rule
        self.field = field
        self.reason = reason
    }

    /// Of an evaluation that failed; when the batch's budget is spent, that alone is the reason.
    init(_ failure: CELFailure, of rule: String, field: String?, reason: String) {
        let isBudget = failure.reason == .budget
        self.init(
            rule: isBudget ? "budget" : rule,
            field: field,
            reason: isBudget ? failure.message : "\(reason): \(failure.message)"
        )
    }

    init(undecided: Int) {
        self.init(rule: "undecided", field: nil, reason: "")
        self.undecided = undecided
    }
}
