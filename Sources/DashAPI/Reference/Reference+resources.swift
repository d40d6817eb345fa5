import DashModel

extension Reference {
    /// What resources are made of.
    static var resources: String {
        let intro = [
            "The attributes and relationships of each resource under `\(ResourceDocument.root)`, and who may read and write it. What can be",
            "done beyond that is in [actions.md](actions.md), how it is asked for in [rest.md](../rest.md).",
        ]
        return text(head("Resources", intro) + Resources.exposed.flatMap(section))
    }

    private static func section(of resource: Resource) -> [String] {
        let usual = resource.actions.filter(\.isUsual).map { "\($0.name): \(who($0.role))" }.joined(separator: "; ")
        let links = resource.relationships.map { link in
            "`\(link.name)`" + (link.name == link.target ? "" : " (`\(link.target)`)")
                + (link.kind == .toMany ? ", many" : "")
        }
        return ["## \(resource.name)", "", resource.summary, "Who may – \(usual).", ""]
            + attributes(resource, "attribute", [.readWrite])
            + attributes(resource, "only when it is made", [.createOnly])
            + attributes(resource, "only read", [.readOnly], columns: [.type, .limits, .meaning])
            + (links.isEmpty ? [] : ["Relationships: \(links.joined(separator: "; ")).", ""])
    }

    private static func attributes(
        _ resource: Resource,
        _ title: String,
        _ access: Set<Attribute.Access>,
        columns: [Column] = Column.allCases
    ) -> [String] {
        table(title, resource.attributes.filter { access.contains($0.access) }, columns: columns)
    }
}
