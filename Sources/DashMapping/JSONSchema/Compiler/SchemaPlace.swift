import DashJSON

/// One schema among the documents, and where it stands.
struct SchemaPlace {
    /// A place's name: the document's number and the pointer from its root.
    struct Key: Hashable {
        var document: Int
        var pointer: String
    }

    var value: JSONValue
    var key: Key
    /// The innermost resource (a schema with an `$id`, or a document) that it belongs to.
    var resource: Int
    /// The pointer from the resource's root.
    var pointer: String
}
