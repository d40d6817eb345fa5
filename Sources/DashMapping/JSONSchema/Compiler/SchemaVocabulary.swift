/// The vocabularies of 2020-12.
enum SchemaVocabulary: String, CaseIterable {
    case core
    case applicator
    case unevaluated
    case validation
    case formatAnnotation = "format-annotation"
    case formatAssertion = "format-assertion"
    case content
    case metaData = "meta-data"

    static let prefix = "https://json-schema.org/draft/2020-12/vocab/"

    init?(address: String) {
        guard address.hasPrefix(Self.prefix) else { return nil }
        self.init(rawValue: String(address.dropFirst(Self.prefix.count)))
    }
}
