public import DashJSON
import FoundationEssentials

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

    /// The config with each hidden value replaced by the stored one at the same place. They stay hidden when the config
    /// now leads to another host: whoever changed the address could read the stored secrets there.
    public static func unmasked(_ config: JSONValue, stored: JSONValue) -> JSONValue {
        guard stored.isNull || hosts(config).isSubset(of: hosts(stored)) else { return config }
        return restored(config, stored: stored)
    }

    /// JSON pointers to the values that are still hidden: nothing was stored that they could stand for.
    public static func hiddenValues(in config: JSONValue, at pointer: String = "") -> [String] {
        switch config {
        case .string(Self.text): return [pointer]
        case .object(let object):
            return object.members.flatMap { hiddenValues(in: $0.value, at: pointer + "/" + $0.key) }
        case .array(let elements):
            return elements.enumerated().flatMap { hiddenValues(in: $0.element, at: "\(pointer)/\($0.offset)") }
        default: return []
        }
    }

    private static func masked(_ value: JSONValue, field: ConfigField) -> JSONValue {
        if case .group(let fields) = field.kind, !field.isSecret, case .object = value {
            return masked(value, fields: fields)
        }
        guard field.isSecret else { return value }
        // Names of secret headers are worth seeing, their values are not.
        if case .dictionary = field.kind, case .object(let object) = value {
            return .object(JSONObject(object.members.map { ($0.key, hidden($0.value)) }))
        }
        // How many secrets there are is worth seeing: one more is added while they are changed.
        if case .list = field.kind, case .array(let elements) = value { return .array(elements.map(hidden)) }
        return hidden(value)
    }

    private static func hidden(_ value: JSONValue) -> JSONValue { value.isNull ? .null : .string(text) }

    private static func restored(_ config: JSONValue, stored: JSONValue) -> JSONValue {
        switch config {
        case .string(Self.text): return stored.isNull ? config : stored
        case .object(let object):
            return .object(
                JSONObject(object.members.map { key, value in (key, restored(value, stored: stored[key] ?? .null)) })
            )
        case .array(let elements):
            // The hidden ones stand for the stored ones in their order, wherever a new one was put in.
            var kept = (stored.arrayValue ?? [])[...]
            return .array(
                elements.map { $0 == .string(Self.text) ? kept.popFirst() ?? $0 : restored($0, stored: .null) }
            )
        default: return config
        }
    }

    /// Scheme, host and port of every address in the config.
    private static func hosts(_ config: JSONValue) -> Set<String> {
        switch config {
        case .object(let object): return object.members.reduce(into: []) { $0.formUnion(hosts($1.value)) }
        case .array(let elements): return elements.reduce(into: []) { $0.formUnion(hosts($1)) }
        case .string(let text):
            guard text.contains("://"), let url = URLComponents(string: text), let host = url.host else { return [] }
            return ["\(url.scheme?.lowercased() ?? "")://\(host.lowercased()):\(url.port ?? 0)"]
        default: return []
        }
    }
}
