import DashJSON
import DashModel

/// All schemas of the documents at hand, by address, anchor and pointer.
struct SchemaIndex {
    private(set) var places: [SchemaPlace] = []
    private(set) var resources: [SchemaResource] = []
    private(set) var issues: [DashError.Issue] = []
    private var placesByKey: [SchemaPlace.Key: Int] = [:]
    private var resourcesByAddress: [String: Int] = [:]
    private var documents: [JSONValue] = []
    private let supplied: [String: JSONValue]

    /// Schemas nested deeper are refused: reading them takes a call for each level.
    private static let maxDepth = 200
    static let maxIssues = 50
    static let maxPlaces = 50_000

    init(_ supplied: [String: JSONValue]) {
        self.supplied = Dictionary(
            supplied.map { (SchemaAddress($0.key).base, $0.value) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Reads a document in; answers its root's place.
    mutating func add(_ document: JSONValue, at address: String) -> Int {
        documents.append(document)
        let key = SchemaPlace.Key(document: documents.count - 1, pointer: "")
        let resource = resources.count
        let address = SchemaAddress(address)
        resources.append(SchemaResource(address: address, place: places.count, dialect: .standard))
        resourcesByAddress[address.base] = resource
        return add(document, key, resource: resource, pointer: "", depth: 0)
    }

    func place(at key: SchemaPlace.Key) -> Int? { placesByKey[key] }

    mutating func report(_ place: SchemaPlace.Key, _ token: String, _ message: String) {
        guard issues.count < Self.maxIssues else { return }
        let pointer = token.isEmpty ? place.pointer : "\(place.pointer)/\(token)"
        guard place.document > 0 else { return issues.append(.init(pointer: pointer, message: message)) }
        // A fault of a document that was supplied: say which.
        let address = resources.first { $0.place >= 0 && places[$0.place].key.document == place.document }?.address.base
        issues.append(.init(pointer: "", message: "\(address ?? "")#\(pointer) \(message)"))
    }

    private mutating func add(
        _ value: JSONValue,
        _ key: SchemaPlace.Key,
        resource outer: Int,
        pointer: String,
        depth: Int
    ) -> Int {
        if let known = placesByKey[key] { return known }
        let index = places.count
        places.append(SchemaPlace(value: value, key: key, resource: outer, pointer: pointer))
        placesByKey[key] = index
        guard depth < Self.maxDepth, index < Self.maxPlaces else {
            report(key, "", "is too deep, or one schema too many")
            return index
        }
        guard let object = value.objectValue else {
            if value.boolValue == nil { report(key, "", "must be a schema: an object, true or false") }
            return index
        }
        let (resource, base) = resourceOf(object, index, outer, pointer)
        places[index].resource = resource
        places[index].pointer = base
        addAnchors(object, key, index, resource)
        for (keyword, value) in object.members {
            let token = SchemaPointer.escaped(keyword)
            func child(_ value: JSONValue, _ tail: String) {
                let childKey = SchemaPlace.Key(document: key.document, pointer: "\(key.pointer)/\(tail)")
                _ = add(value, childKey, resource: resource, pointer: "\(base)/\(tail)", depth: depth + 1)
            }
            if SchemaKeywords.single.contains(keyword) {
                child(value, token)
            } else if SchemaKeywords.lists.contains(keyword) {
                for (position, element) in (value.arrayValue ?? []).enumerated() {
                    child(element, "\(token)/\(position)")
                }
            } else if SchemaKeywords.maps.contains(keyword) {
                for member in value.objectValue?.members ?? []
                where keyword != "dependencies" || member.value.arrayValue == nil {
                    child(member.value, "\(token)/\(SchemaPointer.escaped(member.key))")
                }
            }
        }
        return index
    }

    /// The resource that a schema opens or belongs to, and the pointer to it from there.
    private mutating func resourceOf(
        _ object: JSONObject,
        _ index: Int,
        _ outer: Int,
        _ pointer: String
    ) -> (Int, String) {
        let key = places[index].key
        var resource = outer
        if let id = object["$id"] {
            if let text = id.stringValue {
                let address = resources[outer].address.resolving(text)
                if let fragment = address.fragment, !fragment.isEmpty {
                    report(key, "$id", "can't have a fragment: use $anchor")
                }
                resource = resources.count
                var dialect = resources[outer].dialect
                if key.document > 0, key.pointer.isEmpty { dialect = .standard }
                resources.append(SchemaResource(address: SchemaAddress(address.base), place: index, dialect: dialect))
                // A document keeps the address that it was asked for by.
                if key.pointer.isEmpty, resourcesByAddress[resources[outer].address.base] == outer {
                    resourcesByAddress[resources[outer].address.base] = resource
                }
                if resourcesByAddress[address.base] == nil { resourcesByAddress[address.base] = resource }
            } else {
                report(key, "$id", "must be a string")
            }
        }
        if let name = object["$schema"], resource != outer || key.pointer.isEmpty {
            if let text = name.stringValue {
                resources[resource].dialect = dialect(text, key)
            } else {
                report(key, "$schema", "must be a string")
            }
        }
        return resource == outer ? (outer, pointer) : (resource, "")
    }

    private mutating func addAnchors(_ object: JSONObject, _ key: SchemaPlace.Key, _ index: Int, _ resource: Int) {
        for keyword in ["$anchor", "$dynamicAnchor"] {
            guard let value = object[keyword] else { continue }
            guard let name = value.stringValue, Self.isAnchor(name) else {
                report(key, keyword, "must be a name of letters, digits, _, - and . that starts with a letter or _")
                continue
            }
            if let other = resources[resource].anchors[name], other != index {
                report(key, keyword, "names an anchor that exists already")
            }
            resources[resource].anchors[name] = index
            if keyword == "$dynamicAnchor" { resources[resource].dynamicAnchors[name] = index }
        }
    }

    private static func isAnchor(_ name: String) -> Bool {
        guard let first = name.utf8.first, (first | 0x20) &- UInt8(ascii: "a") < 26 || first == UInt8(ascii: "_")
        else { return false }
        return name.utf8.allSatisfy { byte in
            (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- 0x30 < 10 || "_-.".utf8.contains(byte)
        }
    }

    // MARK: Dialects

    private mutating func dialect(_ name: String, _ key: SchemaPlace.Key) -> SchemaDialect {
        let address = SchemaAddress(name).base
        if address == SchemaDialect.standardAddress || MetaSchemas.documents[address] != nil { return .standard }
        guard let document = supplied[address] else {
            report(key, "$schema", "is not known here: schemas are read as \(SchemaDialect.standardAddress)")
            return .standard
        }
        guard let list = document["$vocabulary"]?.objectValue else { return .standard }
        var vocabularies: Set<SchemaVocabulary> = [.core]
        for (name, isRequired) in list.members {
            if let vocabulary = SchemaVocabulary(address: name) {
                vocabularies.insert(vocabulary)
            } else if isRequired.boolValue == true {
                report(key, "$schema", "asks for a vocabulary that is not known here: \(name)")
            }
        }
        return SchemaDialect(vocabularies: vocabularies)
    }

    // MARK: References

    /// What a reference leads to.
    struct Target {
        var place: Int
        /// The name when it was named by a fragment, not by a pointer.
        var anchor: String?
    }

    /// Follows a reference that stands at `origin`; nil, with an issue, when it leads nowhere.
    mutating func resolve(_ reference: String, _ keyword: String, from origin: Int) -> Target? {
        let place = places[origin]
        let address = resources[place.resource].address.resolving(reference)
        guard let resource = resource(at: address.base) else {
            report(place.key, keyword, "leads to a document that isn't there: \(address.base)")
            return nil
        }
        guard let fragment = address.fragment.map({ SchemaAddress.decoded($0) }) ?? "" else {
            report(place.key, keyword, "has a percent escape that is malformed")
            return nil
        }
        if fragment.isEmpty { return Target(place: resources[resource].place) }
        if fragment.hasPrefix("/") {
            if let found = follow(fragment, resource) { return Target(place: found) }
        } else if let found = resources[resource].anchors[fragment] {
            return Target(place: found, anchor: fragment)
        }
        report(place.key, keyword, "leads to a schema that isn't there: #\(fragment)")
        return nil
    }

    private mutating func resource(at address: String) -> Int? {
        if let known = resourcesByAddress[address] { return known }
        guard let document = supplied[address] ?? MetaSchemas.documents[address] else { return nil }
        _ = add(document, at: address)
        return resourcesByAddress[address]
    }

    /// Walks a pointer from a resource's root; what it ends at becomes a schema even within an unknown keyword.
    private mutating func follow(_ pointer: String, _ start: Int) -> Int? {
        guard let tokens = SchemaPointer.tokens(pointer) else { return nil }
        let root = places[resources[start].place]
        var value = root.value
        var key = root.key
        var resource = start
        var inner = ""
        for token in tokens {
            switch value {
            case .object(let object):
                guard let member = object[token] else { return nil }
                value = member
            case .array(let elements):
                guard let position = Int(token), String(position) == token, elements.indices.contains(position)
                else { return nil }
                value = elements[position]
            default: return nil
            }
            key.pointer += "/\(SchemaPointer.escaped(token))"
            inner += "/\(SchemaPointer.escaped(token))"
            if let known = placesByKey[key] {
                resource = places[known].resource
                inner = places[known].pointer
            }
        }
        return placesByKey[key] ?? add(value, key, resource: resource, pointer: inner, depth: 0)
    }
}
