import DashJSON

/// One schema object while it is compiled: its keywords, without those that its dialect doesn't know.
struct SchemaReader {
    let object: JSONObject
    let place: Int
    let key: SchemaPlace.Key
    let dialect: SchemaDialect

    subscript(_ keyword: String) -> JSONValue? {
        dialect.counts(keyword) ? object[keyword] : nil
    }
}
