public import DashJSON

/// How a pipeline's records are reshaped and checked: field mappings first, then transformations, then rules.
///
/// Without field mappings a record starts as it came.
public struct MappingDefinition: Sendable, Hashable {
    public var fields: [FieldMapping]
    public var transformations: [Transformation]
    public var rules: [Rule]
    /// The JSON Schema of the records as they come, given or inferred from samples.
    public var sourceSchema: JSONValue?
    /// Whether records must fit it.
    public var schemaMode: SchemaMode

    /// The definition that changes nothing.
    public init() {
        fields = []
        transformations = []
        rules = []
        schemaMode = .ignore
    }

    /// Reads `{"mappings":[…],"transformations":[…],"rules":[…],"source_schema":{…},"schema_mode":"…"}`; all parts may be missing.
    public init(_ json: JSONValue) throws(MappingErrors) {
        var reader = DefinitionReader()
        self = reader.read(json)
        guard reader.issues.isEmpty else { throw MappingErrors(issues: reader.issues) }
    }
}
