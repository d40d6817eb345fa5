import DashJSON
import DashModel
import FoundationEssentials

/// The parameters of an action, held to its declaration: all that were given, and the defaults of the others.
struct ActionParameters: Sendable {
    private(set) var values = JSONObject()

    /// Throws `.invalid` with everything that is wrong. An action without parameters takes whatever it is sent.
    init(_ json: JSONValue, of action: Action) throws {
        guard !action.parameters.isEmpty else { return }
        let names = Words.list(action.parameters.map(\.name))
        guard let given = json.objectValue else {
            throw DashError(.invalid, "The parameters of \(action.name) are an object with \(names).")
        }
        var issues = given.keys.filter { name in !action.parameters.contains { $0.name == name } }
            .map { DashError.Issue(pointer: "/" + $0, message: "is not a parameter of \(action.name)") }
        for parameter in action.parameters {
            let value = given[parameter.name] ?? .null
            if value.isNull {
                if let value = parameter.defaultValue {
                    values[parameter.name] = value
                } else if !parameter.isNullable {
                    issues.append(.init(pointer: "/" + parameter.name, message: "is required"))
                }
            } else if let fault = AttributeCheck.fault(of: value, as: parameter) {
                issues.append(.init(pointer: "/" + parameter.name, message: fault))
            } else {
                values[parameter.name] = AttributeCheck.normalized(value, as: parameter)
            }
        }
        guard issues.isEmpty else {
            throw DashError(.invalid, "The action \(action.name) takes \(names).", issues: issues)
        }
    }

    /// Null for what was not given and has no default.
    subscript(_ name: String) -> JSONValue { values[name] ?? .null }

    func string(_ name: String) -> String? { self[name].stringValue }
    func int(_ name: String) -> Int? { self[name].intValue }
    func bool(_ name: String) -> Bool { self[name].boolValue ?? false }
    func timestamp(_ name: String) -> Timestamp? { string(name).flatMap { Timestamp(text: $0) } }
}
