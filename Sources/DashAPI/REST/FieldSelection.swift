import DashModel

/// Which attributes and relationships of each type the client wants (`fields[type]`).
struct FieldSelection: Sendable {
    private var names: [String: Set<String>] = [:]

    mutating func select(_ type: String, _ value: String) throws {
        let parameter = "fields[\(type)]"
        guard let resource = Resources.named(type), !resource.actions.isEmpty || type == Resources.users.name else {
            throw RESTError.parameter(parameter, "There is no type \(type).")
        }
        let wanted = value.split(separator: ",").map { String($0) }
        for name in wanted {
            let isAttribute = resource.attribute(name).map { $0.access != .hidden } ?? false
            guard isAttribute || resource.relationship(name) != nil else {
                throw RESTError.parameter(parameter, "\(type) have no field \(name).")
            }
        }
        names[type] = Set(wanted)
    }

    func wants(_ name: String, of type: String) -> Bool { names[type]?.contains(name) ?? true }
}
