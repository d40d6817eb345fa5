public import DashJSON
public import DashModel

/// A config that came back with hidden values, completed from what is stored. A stored secret is bound to the place it was
/// given for: whoever changed the address, but does not know the secret, could read it there.
public struct SecretReturn: Sendable {
    /// With the stored values where they may be kept; hidden ones are left where they may not.
    public private(set) var config: JSONValue
    /// One for each hidden value that must be given again.
    public private(set) var issues: [DashError.Issue] = []

    /// `fields` are those of the config's kind; nil for a kind that this server lacks, of which nobody knows the places.
    /// `stored` is null when there is nothing that hidden values could stand for.
    public init(_ given: JSONValue, stored: JSONValue, fields: [ConfigField]?) {
        let lists = Self.secretLists(fields ?? [])
        let whole = Self.restored(given, stored: stored, lists: lists) { _ in true }
        let changed = Self.places(fields ?? []).filter { !stored.isNull && $0.value(in: whole) != $0.value(in: stored) }
        let isUnknown = fields == nil && given != SecretMask.masked(stored, fields: [])
        // A secret goes to the places beside it and to those beside the groups around it.
        func moved(_ path: [String]) -> [Place] { changed.filter { path.starts(with: $0.path.dropLast()) } }
        config = Self.restored(given, stored: stored, lists: lists) { !isUnknown && moved($0).isEmpty }
        issues = SecretMask.hiddenPaths(in: config).map { path in
            let names = moved(path).map(\.name)
            let message =
                if !names.isEmpty {
                    "must be entered again, as \(Self.joined(names)) changed: a stored secret stays with the place it was given for"
                } else if isUnknown {
                    "must be entered again, as this server does not know where its kind sends it"
                } else {
                    "must be entered: no value is stored for it"
                }
            return .init(pointer: path.map { "/" + SecretMask.escaped($0) }.joined(), message: message)
        }
    }

    // MARK: Places

    private struct Place {
        /// As people write it: `url`, `auth.token_url`.
        let name: String
        let path: [String]
        let field: ConfigField

        /// Where the setting leads, in one spelling.
        func value(in config: JSONValue) -> String {
            let value = path.reduce(Optional(config)) { $0?[$1] }
            // Behind a shared front this header says whose server answers.
            if field.kind == .headers {
                let host = value?.objectValue?.members.first { $0.key.lowercased() == "host" }
                return host.map { Self.spelt($0.value) } ?? ""
            }
            switch value ?? .null {
            case .null, "": return field.defaultValue.map(Self.spelt) ?? ""
            case let value: return field.kind == .url ? Self.address(value) : Self.spelt(value)
            }
        }

        private static func address(_ value: JSONValue) -> String {
            value.stringValue.flatMap { ConfigAddress($0)?.place } ?? spelt(value)
        }

        /// In whatever order several are named.
        private static func spelt(_ value: JSONValue) -> String {
            guard let text = value.stringValue else { return value.text }
            return text.lowercased().split { $0 == "," || $0.isWhitespace }.sorted().joined(separator: ",")
        }
    }

    private static func places(_ fields: [ConfigField], in path: [String] = []) -> [Place] {
        fields.flatMap { field -> [Place] in
            let path = path + [field.name]
            if case .group(let inner) = field.kind { return places(inner, in: path) }
            if field.kind == .headers { return [Place(name: "the header Host", path: path, field: field)] }
            return field.isPlace ? [Place(name: path.joined(separator: "."), path: path, field: field)] : []
        }
    }

    private static func joined(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }

    // MARK: Values

    /// The paths of the lists whose elements are secrets of equal rank.
    private static func secretLists(_ fields: [ConfigField], in path: [String] = []) -> Set<[String]> {
        var lists: Set<[String]> = []
        for field in fields {
            let path = path + [field.name]
            if case .group(let inner) = field.kind { lists.formUnion(secretLists(inner, in: path)) }
            if field.kind == .list, field.isSecret { lists.insert(path) }
        }
        return lists
    }

    private static func restored(
        _ given: JSONValue,
        stored: JSONValue,
        lists: Set<[String]>,
        at path: [String] = [],
        where isKept: ([String]) -> Bool
    ) -> JSONValue {
        switch given {
        case .string(SecretMask.text): return stored.isNull || !isKept(path) ? given : stored
        case .string(let text):
            guard let address = ConfigAddress(text), address.isHidden, isKept(path),
                let other = stored.stringValue.flatMap({ ConfigAddress($0) })
            else { return given }
            return .string(address.restored(from: other).text)
        case .object(let object):
            return .object(
                JSONObject(
                    object.members.map { key, value in
                        let other = stored[key] ?? .null
                        return (key, restored(value, stored: other, lists: lists, at: path + [key], where: isKept))
                    }
                )
            )
        case .array(let elements):
            let others = stored.arrayValue ?? []
            if lists.contains(path) {
                // The hidden ones stand for the stored ones in their order, wherever a new one was put in.
                var kept = isKept(path) ? others[...] : []
                return .array(elements.map { $0 == .string(SecretMask.text) ? kept.popFirst() ?? $0 : $0 })
            }
            // Of any other list that grew or shrank nobody can say which element is which.
            let isSame = elements.count == others.count
            return .array(
                elements.enumerated().map { index, element in
                    let other = isSame ? others[index] : .null
                    return restored(element, stored: other, lists: lists, at: path + ["\(index)"], where: isKept)
                }
            )
        default: return given
        }
    }
}
