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

    static func cast(_ field: String, _ kind: JSONKind, _ type: FieldType) -> Refusal {
        Refusal(rule: "type", field: field, reason: "\(field) is \(kind) that can't be turned into \(type.phrase)")
    }

    static func notAnObject(_ kind: JSONKind) -> Refusal {
        Refusal(rule: "record", field: nil, reason: "a record must be an object, this is \(kind)")
    }

    init(rule: String, field: String?, reason: String) {
        self.rule = rule
        self.field = field
        self.reason = reason
    }

    init(undecided: Int) {
        self.init(rule: "undecided", field: nil, reason: "")
        self.undecided = undecided
    }
}
