import DashJSON
import DashModel

/// The attributes of a document under the names of their columns, and back: JSON:API forbids an attribute `type`, so that it
/// has another name there, and on the way in both are taken.
struct DocumentAttributes {
    private(set) var values = JSONObject()
    /// What is wrong with the names, by where it stands among the attributes.
    private(set) var issues: [DashError.Issue] = []
    private let resource: Resource
    private var given: [String: String] = [:]

    init(_ object: JSONObject, of resource: Resource) {
        self.resource = resource
        // Members with an at sign are no attributes, whatever they hold.
        for (name, value) in object.members where !name.hasPrefix("@") {
            let column = resource.attribute(inDocuments: name)?.name ?? name
            if let other = given[column], values[column] != value {
                issues.append(.init(pointer: "/" + name, message: "says something else than \(other)"))
                continue
            }
            values[column] = value
            given[column] = name
        }
    }

    /// Where an issue that names a column stands in the document.
    func place(_ pointer: String) -> String {
        let column = String(pointer.dropFirst().prefix { $0 != "/" })
        guard let name = given[column] ?? resource.attribute(column)?.documentName, name != column else {
            return pointer
        }
        return "/" + name + pointer.dropFirst(1 + column.count)
    }
}
