import DashModel

/// Which attributes and relationships of each type the client wants (`fields[type]`).
struct FieldSelection: Sendable {
    private var names: [String: Set<String>] = [:]

    mutating func select(_ type: String, _ value: String) throws {
        let parameter = "fields[\(type)]"
        guard let resource = Resources.named(type), resource.isShown else {
            throw RESTError.parameter(parameter, "There is no type \(type).")
        }
        var wanted: Set<String> = []
        for name in value.split(separator: ",").map({ String($0) }) {
            let attribute = resource.attribute(inDocuments: name).flatMap { $0.access == .hidden ? nil : $0 }
            guard attribute != nil || resource.relationship(name) != nil else {
                throw RESTError.parameter(parameter, "\(type) have no field \(name).")
            }
            wanted.insert(attribute?.name ?? name)
        }
        names[type] = wanted
    }

    func wants(_ name: String, of type: String) -> Bool { names[type]?.contains(name) ?? true }
}
