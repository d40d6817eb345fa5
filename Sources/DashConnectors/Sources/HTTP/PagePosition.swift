import DashJSON

/// Where a page begins: a page's number or offset, or what the source calls it.
struct PagePosition: Sendable, Hashable {
    var number = 0
    var token = ""

    init(number: Int) { self.number = number }
    init(token: String) { self.token = token }

    init?(json: JSONValue?) {
        if let token = json?["token"]?.stringValue {
            self.init(token: token)
        } else if let number = json?["number"]?.intValue {
            self.init(number: number)
        } else {
            return nil
        }
    }

    var json: JSONValue { token.isEmpty ? ["number": .number(JSONNumber(number))] : ["token": .string(token)] }
}
