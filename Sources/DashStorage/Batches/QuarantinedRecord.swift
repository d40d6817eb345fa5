/// A record that broke a rule.
public struct QuarantinedRecord: Sendable, Hashable {
    public var rule: String
    public var field: String?
    public var reason: String
    public var data: [UInt8]

    public init(rule: String, field: String?, reason: String, data: [UInt8]) {
        self.rule = rule
        self.field = field
        self.reason = reason
        self.data = data
    }
}
