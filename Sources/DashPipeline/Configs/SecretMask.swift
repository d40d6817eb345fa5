public import DashJSON
import DashModel

/// Hides the secrets inside a config on its way out, and puts them back when the hidden form comes in again.
public enum SecretMask {
    public static let text = "********"

    /// The config without its secrets. What no field declares may be a secret too and is hidden.
    public static func masked(_ config: JSONValue, fields: [ConfigField]) -> JSONValue {
        guard case .object(let object) = config else { return hidden(config) }
        return .object(
            JSONObject(
                object.members.map { key, value in
                    guard let field = fields.first(where: { $0.name == key }) else { return (key, hidden(value)) }
                    return (key, masked(value, field: field))
                }
            )
        )
    }

    /// The paths of the values that are hidden, wholly or in part.
    static func hiddenPaths(in value: JSONValue, at path: [String] = []) -> [[String]] {
        switch value {
        case .string(let text): text == Self.text || ConfigAddress(text)?.isHidden == true ? [path] : []
        case .object(let object): object.members.flatMap { hiddenPaths(in: $0.value, at: path + [$0.key]) }
        case .array(let elements):
            elements.enumerated().flatMap { hiddenPaths(in: $0.element, at: path + ["\($0.offset)"]) }
        default: []
        }
    }

    private static func masked(_ value: JSONValue, field: ConfigField) -> JSONValue {
        if field.isSecret { return maskedSecret(value, field: field) }
        switch (field.kind, value) {
        case (.group(let fields), .object): return masked(value, fields: fields)
        case (.url, .string(let text)):
            // What can't be read may hold anything, but for nothing.
            return text.isEmpty ? value : .string(ConfigAddress(text)?.masked ?? Self.text)
        case (.headers, .object(let object)):
            return masked(object) { name, value in value != "" && !SecretNames.isHarmlessHeader(name) }
        case (.parameters, .object(let object)):
            return masked(object) { name, value in value != "" && SecretNames.isSecret(name) }
        case (.headers, _), (.parameters, _): return hidden(value)
        case (.body, .string(let text)): return SecretNames.areIn(body: text) ? hidden(value) : value
        case (.json, _): return maskedMembers(value)
        default: return value
        }
    }

    private static func maskedSecret(_ value: JSONValue, field: ConfigField) -> JSONValue {
        switch (field.kind, value) {
        // Names of secret headers are worth seeing, their values are not.
        case (.dictionary, .object(let object)), (.headers, .object(let object)): return masked(object) { _, _ in true }
        // How many secrets there are is worth seeing: one more is added while they are changed.
        case (.list, .array(let elements)): return .array(elements.map(hidden))
        default: return hidden(value)
        }
    }

    private static func masked(_ object: JSONObject, where isSecret: (String, JSONValue) -> Bool) -> JSONValue {
        .object(JSONObject(object.members.map { ($0.key, isSecret($0.key, $0.value) ? hidden($0.value) : $0.value) }))
    }

    private static func maskedMembers(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            .object(
                JSONObject(
                    object.members.map { name, value in
                        (name, SecretNames.isSecret(name) ? maskedLeaves(value) : maskedMembers(value))
                    }
                )
            )
        case .array(let elements): .array(elements.map(maskedMembers))
        default: value
        }
    }

    /// What is below a secret's name. Its shape is shown, so that each leaf is found again by its place.
    private static func maskedLeaves(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): text.isEmpty ? value : hidden(value)
        case .number: hidden(value)
        case .array(let elements): .array(elements.map(maskedLeaves))
        case .object(let object): .object(JSONObject(object.members.map { ($0.key, maskedLeaves($0.value)) }))
        case .null, .bool: value
        }
    }

    private static func hidden(_ value: JSONValue) -> JSONValue { value.isNull ? .null : .string(text) }

    static func escaped(_ key: String) -> String { key.replacing("~", with: "~0").replacing("/", with: "~1") }
}
