import Crypto
import DashJSON
import DashModel
import DashPipeline

/// The settings of a source that decide what a saved cursor means, as two fingerprints. Credentials are in neither: to
/// change a key is not to ask for something else.
struct SourceSettings: Sendable, Hashable {
    /// Which records are asked for: what values of the field that orders them belong to.
    let records: String
    /// How they are asked for, too: what a page's position and a tag of the answer belong to.
    let request: String

    /// `names` are the settings that say which records are asked for, `more` those that say how.
    init(kind: String, config: JSONValue, records names: [String], request more: [String]) {
        func parts(_ names: [String]) -> [(String, JSONValue)] { names.map { ($0, Self.plain(config[$0], $0)) } }
        var incremental = JSONObject()
        for name in ["field", "tie_breaker"] { incremental[name] = config["incremental"]?[name] }
        let which = [("kind", .string(kind)), ("incremental", .object(incremental))] + parts(names)
        let how = which + [("param", config["incremental"]?["param"] ?? .null)] + parts(more)
        records = Self.fingerprint(which)
        request = Self.fingerprint(how)
    }

    /// The setting without its secrets; null when nothing is left.
    private static func plain(_ value: JSONValue?, _ name: String) -> JSONValue {
        switch value {
        case nil, .string("")?: return .null
        case .string(let text)? where name == "url": return .string(ConfigAddress(text)?.withoutSecrets ?? text)
        case .object(let object)? where name == "query" || name == "headers":
            let kept = object.members.filter { key, _ in
                name == "headers" ? SecretNames.isHarmlessHeader(key) : !SecretNames.isSecret(key)
            }
            return kept.isEmpty ? .null : .object(JSONObject(kept))
        case let value?: return value
        }
    }

    private static func fingerprint(_ parts: [(String, JSONValue)]) -> String {
        let text = JSONValue.object(JSONObject(parts)).encoded()
        return SHA256.hash(data: text).prefix(9).map { String($0, radix: 36) }.joined(separator: "-")
    }
}
