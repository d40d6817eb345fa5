import DashJSON
import DashModel

/// The columns of `data_mappings` that make up a definition.
enum MappingColumns {
    static let names = ["mappings", "transformations", "rules", "source_schema", "schema_mode"]

    static func definition(of row: ResourceRow) -> JSONValue { definition { row[$0] } }

    /// The same from a client's JSON, in which parts may be missing and others present.
    static func definition(of json: JSONValue) -> JSONValue { definition { json[$0] ?? .null } }

    private static func definition(_ value: (String) -> JSONValue) -> JSONValue {
        .object(JSONObject(names.map { ($0, value($0)) }.filter { !$0.1.isNull }))
    }
}
