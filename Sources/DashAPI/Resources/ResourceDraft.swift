import DashJSON
import DashModel
import DashPipeline
import FoundationEssentials

/// A row in the making: a client's input held to the declaration, with everything that is wrong with it.
struct ResourceDraft {
    let resource: Resource
    /// The row before an update; nil for a new one.
    let existing: ResourceRow?
    /// The whole row as it would be stored.
    private(set) var row: ResourceRow
    /// Columns that the write names.
    private(set) var changed: [String: JSONValue] = [:]
    private(set) var issues: [DashError.Issue] = []

    /// A new row: defaults first, then the input.
    init(creating resource: Resource, id: UUID, _ input: ResourceInput) {
        self.resource = resource
        existing = nil
        row = ResourceRow(id: id, values: [:])
        let check = AttributeCheck(resource)
        for attribute in resource.attributes {
            let isWritable = attribute.access == .readWrite || attribute.access == .createOnly
            if isWritable, let value = input.attributes[attribute.name] {
                take(attribute, value, check)
            } else if let value = attribute.defaultValue {
                set(attribute.name, value)
            } else if attribute.isNullable {
                set(attribute.name, .null)
            } else if isWritable {
                refuse(attribute.name, "is required")
            }
        }
        refuseOthers(input)
    }

    /// An update: the existing row with the input's attributes on top.
    init(updating existing: ResourceRow, of resource: Resource, _ input: ResourceInput) {
        self.resource = resource
        self.existing = existing
        row = existing
        let check = AttributeCheck(resource)
        for attribute in resource.attributes {
            guard let value = input.attributes[attribute.name] else { continue }
            switch attribute.access {
            case .readWrite: take(attribute, value, check)
            case .createOnly, .readOnly:
                // Clients that send back what they read are not refused for it.
                guard !check.isSame(value, existing[attribute.name], as: attribute) else { continue }
                forbid(
                    attribute.name,
                    attribute.access == .readOnly ? "is read-only" : "can't be changed after it was created"
                )
            case .hidden: continue
            }
        }
        refuseOthers(input)
        for name in input.relationships.keys.sorted() + input.cleared.sorted() {
            guard let link = resource.relationship(name), link.kind == .toOne else { continue }
            if input.relationships[name] != existing.uuid(link.column) { forbid(name, "can't be changed") }
        }
    }

    /// Sets a column whatever its access: for what Dash itself writes.
    mutating func set(_ column: String, _ value: JSONValue) {
        row.values[column] = value
        changed[column] = value
    }

    mutating func refuse(_ name: String, _ message: String) {
        issues.append(.init(pointer: "/" + name, message: message))
    }

    /// Refuses what nobody may write there, whatever the value.
    mutating func forbid(_ name: String, _ message: String) {
        issues.append(.init(pointer: "/" + name, message: message, code: .forbidden))
    }

    /// Adds issues, but for attributes that have one already: a second complaint would only repeat the first.
    mutating func add(_ more: [DashError.Issue]) {
        let known = Set(issues.map { Self.attribute(of: $0.pointer) })
        issues += more.filter { !known.contains(Self.attribute(of: $0.pointer)) }
    }

    /// Throws `.invalid` with everything that is wrong.
    func requireValid() throws {
        guard issues.isEmpty else {
            let names = issues.map { $0.pointer.drop { $0 == "/" } + " " + $0.message }
            throw DashError(
                issues.allSatisfy { $0.code == .forbidden } ? .forbidden : .invalid,
                "The \(resource.singular) can't be saved: \(names.joined(separator: "; ")).",
                issues: issues
            )
        }
    }

    /// Puts stored secrets back where the input has them hidden and they may stay. `fields`: of the config's kind.
    mutating func unmask(_ column: String, sameKind: Bool, _ fields: [ConfigField]?) {
        guard let value = changed[column] else { return }
        let back = SecretReturn(value, stored: sameKind ? existing?[column] ?? .null : .null, fields: fields)
        set(column, back.config)
        issues += back.issues.map { .init(pointer: "/" + column + $0.pointer, message: $0.message) }
    }

    private mutating func take(_ attribute: Attribute, _ value: JSONValue, _ check: AttributeCheck) {
        let faults = check.issues(for: attribute.name, value)
        issues += faults
        if faults.isEmpty {
            set(attribute.name, check.normalized(attribute.name, value))
        } else if existing == nil {
            row.values[attribute.name] = attribute.defaultValue ?? .null
        }
    }

    private mutating func refuseOthers(_ input: ResourceInput) {
        for name in input.attributes.keys {
            guard let attribute = resource.attribute(name), attribute.access != .hidden else {
                refuse(name, "is not an attribute of \(resource.name)")
                continue
            }
            // A new row may be made from one that was read, as long as it says of Dash's own values what is true anyway.
            if attribute.access == .readOnly, existing == nil, input.attributes[name] != row[name] {
                forbid(name, "is read-only")
            }
        }
        for name in input.relationships.keys.sorted() where resource.relationship(name) == nil {
            refuse(name, "is not a relationship of \(resource.name)")
        }
    }

    private static func attribute(of pointer: String) -> Substring {
        pointer.dropFirst().prefix { $0 != "/" }
    }
}
