import DashJSON
import DashModel
import FoundationEssentials

/// Writes rows as JSON:API documents.
struct ResourceDocument {
    static let root = "/api/v1/"

    let fields: FieldSelection
    let related: RelatedRows
    /// Whether the document must say what comes along, be it nothing.
    let isCompound: Bool
    private var writer = JSONWriter(reserving: 4_096)

    init(fields: FieldSelection = FieldSelection(), related: RelatedRows = RelatedRows(), isCompound: Bool = false) {
        self.fields = fields
        self.related = related
        self.isCompound = isCompound
    }

    /// A document whose primary data is one row, or null.
    mutating func one(
        _ row: ResourceRow?,
        of resource: Resource,
        links: [(String, String)],
        meta: JSONValue? = nil
    ) -> [UInt8] {
        begin(links, meta)
        writer.key("data")
        if let row { write(row, of: resource) } else { writer.null() }
        return end()
    }

    /// A document whose primary data is a page of rows.
    mutating func many(_ rows: [ResourceRow], of resource: Resource, links: [(String, String)]) -> [UInt8] {
        begin(links, nil)
        writer.key("data")
        writer.beginArray()
        for row in rows { write(row, of: resource) }
        writer.endArray()
        return end()
    }

    /// A document of resource identifiers only.
    mutating func identifiers(_ ids: [UUID], type: String, isMany: Bool, links: [(String, String)]) -> [UInt8] {
        begin(links, nil)
        writer.key("data")
        if isMany {
            writer.beginArray()
            for id in ids { identifier(type, id) }
            writer.endArray()
        } else if let id = ids.first {
            identifier(type, id)
        } else {
            writer.null()
        }
        return end()
    }

    private mutating func begin(_ links: [(String, String)], _ meta: JSONValue?) {
        writer.beginObject()
        writer.key("jsonapi")
        writer.write(["version": "1.1"])
        writer.key("links")
        writer.write(.object(JSONObject(links.map { ($0.0, .string($0.1)) })))
        if let meta {
            writer.key("meta")
            writer.write(meta)
        }
    }

    private mutating func end() -> [UInt8] {
        if isCompound {
            writer.key("included")
            writer.beginArray()
            for (resource, row) in related.rows { write(row, of: resource) }
            writer.endArray()
        }
        writer.endObject()
        return writer.bytes
    }

    private mutating func write(_ row: ResourceRow, of resource: Resource) {
        writer.beginObject()
        writer.key("type")
        writer.string(resource.name)
        writer.key("id")
        writer.string(row.id.text)
        writer.key("attributes")
        writer.beginObject()
        for attribute in resource.attributes
        where attribute.access != .hidden && fields.wants(attribute.name, of: resource.name) {
            writer.key(attribute.documentName)
            writer.write(row[attribute.name])
        }
        writer.endObject()
        writeRelationships(of: row, resource)
        if !resource.actions.isEmpty {
            writer.key("links")
            writer.write(["self": .string(Self.address(resource.name, row.id))])
        }
        writer.endObject()
    }

    private mutating func writeRelationships(of row: ResourceRow, _ resource: Resource) {
        let wanted = resource.relationships.filter { fields.wants($0.name, of: resource.name) }
        guard !wanted.isEmpty else { return }
        writer.key("relationships")
        writer.beginObject()
        for relationship in wanted {
            writer.key(relationship.name)
            writer.beginObject()
            if RESTRoute.isLinked(relationship), !resource.actions.isEmpty {
                let own = Self.address(resource.name, row.id)
                writer.key("links")
                writer.write([
                    "self": .string("\(own)/relationships/\(relationship.name)"),
                    "related": .string("\(own)/\(relationship.name)"),
                ])
            }
            writeLinkage(of: row, resource, relationship)
            writer.endObject()
        }
        writer.endObject()
    }

    private mutating func writeLinkage(of row: ResourceRow, _ resource: Resource, _ relationship: Relationship) {
        switch relationship.kind {
        case .toOne:
            writer.key("data")
            if let id = row.uuid(relationship.column) { identifier(relationship.target, id) } else { writer.null() }
        case .toMany:
            let owner = RelatedRows.Key(type: resource.name, id: row.id)
            guard let ids = related.links[.init(owner: owner, relationship: relationship.name)] else { return }
            writer.key("data")
            writer.beginArray()
            for id in ids { identifier(relationship.target, id) }
            writer.endArray()
        }
    }

    private mutating func identifier(_ type: String, _ id: UUID) {
        writer.write(["type": .string(type), "id": .string(id.text)])
    }

    static func address(_ type: String, _ id: UUID) -> String { root + type + "/" + id.text }
}
