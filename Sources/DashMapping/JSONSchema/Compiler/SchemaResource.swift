/// A schema that can be named by an address: a document, or a part of one with an `$id`.
struct SchemaResource {
    var address: SchemaAddress
    /// Its place; -1 while it is being read.
    var place: Int
    var dialect: SchemaDialect
    /// Places by plain-name fragment.
    var anchors: [String: Int] = [:]
    /// Those of them that `$dynamicRef` can be led to.
    var dynamicAnchors: [String: Int] = [:]
}
