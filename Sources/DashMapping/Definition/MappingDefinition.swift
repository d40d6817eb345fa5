public import DashJSON

/// How a pipeline's records are reshaped and checked: field mappings first, then transformations, then rules.
///
/// Without field mappings a record starts as it came.
public struct MappingDefinition: Sendable, Hashable {
    public var fields: [FieldMapping]
    public var transformations: [Transformation]
    public var rules: [Rule]
    /// The schema that was inferred from samples; documents the source, checks nothing.
    public var sourceSchema: JSONValue?

    /// The definition that changes nothing.
    public init() {
        fields = []
        transformations = []
        rules = []
    }

    /// Reads `{"mappings":[…],"transformations":[…],"rules":[…],"source_schema":{…}}`; all parts may be missing.
    public init(_ json: JSONValue) throws(MappingErrors) {
        var reader = DefinitionReader()
        self = reader.read(json)
        guard reader.issues.isEmpty else { throw MappingErrors(issues: reader.issues) }
    }
}
