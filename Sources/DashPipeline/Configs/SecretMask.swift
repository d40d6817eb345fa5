public import DashJSON
public import DashModel
import FoundationEssentials

/// Hides the secrets of a config on its way out, and puts the stored ones back where the mask comes in again.
public struct SecretMask: Sendable {
    public static let mask = "********"

    private let fields: [ConfigField]

    public init(_ fields: [ConfigField]) { self.fields = fields }

    /// The config as a client may see it. Settings that are not declared might be secrets too and are left out.
    public func masked(_ config: JSONValue) -> JSONValue { Self.masked(config, fields) }

    /// The config to store. A mask stands for the stored secret, but not when the config now leads to another host:
    /// whoever changed the address could read the secret there.
    public func unmasked(
        _ config: JSONValue,
        stored: JSONValue?,
        at pointer: String
    ) -> (config: JSONValue, issues: [DashError.Issue]) {
        var issues: [DashError.Issue] = []
        let movesHost = stored.map { Self.hosts($0, fields) != Self.hosts(config, fields) } ?? false
        let result = Self.unmasked(config, stored, fields, at: pointer, movesHost: movesHost, &issues)
        return (result, issues)
    }

    private static func masked(_ config: JSONValue, _ fields: [ConfigField]) -> JSONValue {
        guard let object = config.objectValue else { return [:] }
        var result = JSONObject()
        for (key, value) in object.members {
            guard let field = fields.first(where: { $0.name == key }) else { continue }
            result[key] = masked(value, field)
        }
        return .object(result)
    }

    private static func masked(_ value: JSONValue, _ field: ConfigField) -> JSONValue {
        if case .group(let fields) = field.kind { return masked(value, fields) }
        guard field.isSecret, !value.isNull, value != "" else { return value }
        guard case .dictionary = field.kind, let object = value.objectValue else { return .string(mask) }
        return .object(JSONObject(object.members.map { ($0.key, .string(mask)) }))
    }

    private static func unmasked(
        _ config: JSONValue,
        _ stored: JSONValue?,
        _ fields: [ConfigField],
        at pointer: String,
        movesHost: Bool,
        _ issues: inout [DashError.Issue]
    ) -> JSONValue {
        guard case .object(var object) = config else { return config }
        for field in fields {
            guard let value = object[field.name] else { continue }
            let (kept, place) = (stored?[field.name], "\(pointer)/\(field.name)")
            if case .group(let inner) = field.kind {
                object[field.name] = unmasked(value, kept, inner, at: place, movesHost: movesHost, &issues)
            } else if field.isSecret, case .dictionary = field.kind, case .object(var entries) = value {
                for (key, entry) in entries.members where entry == .string(mask) {
                    entries[key] = restored(kept?[key], at: "\(place)/\(key)", movesHost, &issues)
                }
                object[field.name] = .object(entries)
            } else if field.isSecret, value == .string(mask) {
                object[field.name] = restored(kept, at: place, movesHost, &issues)
            }
        }
        return .object(object)
    }

    private static func restored(
        _ stored: JSONValue?,
        at pointer: String,
        _ movesHost: Bool,
        _ issues: inout [DashError.Issue]
    ) -> JSONValue {
        guard let stored, !stored.isNull else {
            issues.append(.init(pointer: pointer, message: "is missing: there is no stored value to keep"))
            return .null
        }
        guard !movesHost else {
            issues.append(.init(pointer: pointer, message: "must be given again, as the address has changed"))
            return .null
        }
        return stored
    }

    /// Where the config's addresses lead: scheme, host and port of each.
    private static func hosts(_ config: JSONValue, _ fields: [ConfigField]) -> [String] {
        fields.flatMap { field -> [String] in
            switch field.kind {
            case .group(let inner): return hosts(config[field.name] ?? .null, inner)
            case .url:
                guard let text = config[field.name]?.stringValue, let url = URLComponents(string: text) else {
                    return []
                }
                return ["\(field.name) \(url.scheme ?? "")://\((url.host ?? "").lowercased()):\(url.port ?? 0)"]
            default: return []
            }
        }
    }
}
