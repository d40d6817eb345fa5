/// What a document is made of that is no row: its type and its attributes.
public struct AnswerShape: Sendable, Hashable {
    public var type: String
    public var attributes: [Attribute]

    public init(_ type: String, _ attributes: [Attribute]) {
        self.type = type
        self.attributes = attributes
    }
}
