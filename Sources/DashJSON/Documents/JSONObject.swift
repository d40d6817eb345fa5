/// The members of a JSON object in their order. Setting a key that exists replaces its value in place.
public struct JSONObject: Sendable, Hashable {
    public private(set) var members: [(key: String, value: JSONValue)]

    public init() { members = [] }

    public init(_ pairs: some Sequence<(String, JSONValue)>) {
        members = []
        members.reserveCapacity(pairs.underestimatedCount)
        var places: [String: Int] = [:]
        for (key, value) in pairs {
            // A short object is searched sooner than a table is made.
            if members.count == Self.fewKeys {
                for (place, member) in members.enumerated() { places[member.key] = place }
            }
            let known = members.count < Self.fewKeys ? members.firstIndex { $0.key == key } : places[key]
            if let known {
                members[known].value = value
            } else {
                if members.count >= Self.fewKeys { places[key] = members.count }
                members.append((key, value))
            }
        }
    }

    private static let fewKeys = 16

    /// Takes over members whose keys are known to differ.
    package init(unique members: [(key: String, value: JSONValue)]) { self.members = members }

    /// The keys in their order.
    public var keys: [String] { members.map(\.key) }
    public var isEmpty: Bool { members.isEmpty }

    public subscript(_ key: String) -> JSONValue? {
        get { members.last { $0.key == key }?.value }
        set {
            let index = members.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append((key, value))
            case (nil, nil): break
            }
        }
    }

    /// Both objects' members; of equal keys the other's value wins.
    public func merging(_ other: JSONObject) -> JSONObject {
        JSONObject((members + other.members).map { ($0.key, $0.value) })
    }

    public static func == (lhs: JSONObject, rhs: JSONObject) -> Bool {
        guard lhs.members.count == rhs.members.count else { return false }
        // Equal objects mostly have their keys in the same order.
        if zip(lhs.members, rhs.members).allSatisfy({ $0.key == $1.key && $0.value == $1.value }) { return true }
        let values = Dictionary(rhs.members.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        return lhs.members.allSatisfy { values[$0.key] == $0.value }
    }

    public func hash(into hasher: inout Hasher) {
        for key in keys.sorted() { hasher.combine(key) }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
