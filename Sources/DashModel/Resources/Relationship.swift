/// A link from one resource to another through a column of the first.
public struct Relationship: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// `column` of this resource holds the other's id.
        case toOne
        /// `column` of the other resource holds this one's id.
        case toMany
    }

    public var name: String
    public var kind: Kind
    /// The other resource's name.
    public var target: String
    public var column: String
    public var isRequired: Bool

    public static func toOne(_ name: String, _ target: String, column: String? = nil, required: Bool = true) -> Self {
        Relationship(name: name, kind: .toOne, target: target, column: column ?? name + "_id", isRequired: required)
    }

    public static func toMany(_ name: String, column: String) -> Self {
        Relationship(name: name, kind: .toMany, target: name, column: column, isRequired: false)
    }
}
