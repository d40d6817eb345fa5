/// What a meta-schema says of the schemas that name it: which vocabularies count.
struct SchemaDialect {
    var vocabularies: Set<SchemaVocabulary>

    static let standardAddress = "https://json-schema.org/draft/2020-12/schema"
    static let standard = SchemaDialect(
        vocabularies: Set(SchemaVocabulary.allCases).subtracting([.formatAssertion])
    )

    func counts(_ keyword: String) -> Bool {
        SchemaKeywords.vocabulary(of: keyword).map { vocabularies.contains($0) } ?? true
    }
}
