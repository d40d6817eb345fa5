/// One stored column of a resource, derived from its attributes and relationships.
public struct Column: Sendable, Hashable {
    public var name: String
    public var type: AttributeType
    public var isNullable: Bool
    public var isSealed: Bool

    public init(name: String, type: AttributeType, isNullable: Bool, isSealed: Bool) {
        self.name = name
        self.type = type
        self.isNullable = isNullable
        self.isSealed = isSealed
    }
}
