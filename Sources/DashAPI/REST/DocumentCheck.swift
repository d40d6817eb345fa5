import DashJSON
public import DashModel
public import DashPipeline
import FoundationEssentials

/// Checks files of pipelines, sinks, mappings, dashboards and widgets without an installation.
///
/// A file holds what the REST API takes and answers (a JSON:API document of one resource or several, with `included`),
/// or a mapping alone. Mappings are compiled and their tests run.
public struct DocumentCheck: Sendable {
    let components: Components

    public init(components: Components) { self.components = components }

    /// Everything that is wrong with a file, by place in it; empty when nothing is.
    public func faults(in bytes: [UInt8]) async throws -> [DashError.Issue] {
        let document: JSONValue
        do {
            document = try JSONValue(parsing: bytes)
        } catch {
            return [.init(pointer: "", message: "is not JSON: \(error)")]
        }
        guard let members = document.objectValue else {
            return [.init(pointer: "", message: "must be an object")]
        }
        guard let data = members["data"] else { return try await bareFaults(members) }
        var faults: [DashError.Issue] = []
        switch data {
        case .array(let items):
            for (index, item) in items.enumerated() { faults += try await self.faults(item, at: "/data/\(index)") }
        default: faults += try await self.faults(data, at: "/data")
        }
        for (index, item) in (members["included"]?.arrayValue ?? []).enumerated() {
            faults += try await self.faults(item, at: "/included/\(index)")
        }
        return faults
    }

    private func bareFaults(_ members: JSONObject) async throws -> [DashError.Issue] {
        guard members.keys.contains(where: { Self.mappingParts.contains($0) }) else {
            let message = "holds neither a JSON:API document (data) nor a mapping (mappings, transformations, rules)"
            return [.init(pointer: "", message: message)]
        }
        return try await faults(Resources.dataMappings, members, at: "")
    }

    private static let mappingParts = ["mappings", "transformations", "rules", "source_schema", "tests"]

    private func faults(_ item: JSONValue, at pointer: String) async throws -> [DashError.Issue] {
        guard item.objectValue != nil else { return [.init(pointer: pointer, message: "must be a resource object")] }
        guard let resource = Self.checked.first(where: { $0.name == item["type"]?.stringValue }) else {
            let known = Self.checked.map(\.name).joined(separator: ", ")
            return [.init(pointer: pointer + "/type", message: "must be one of \(known)")]
        }
        guard var attributes = (item["attributes"] ?? [:]).objectValue else {
            return [.init(pointer: pointer + "/attributes", message: "must be an object")]
        }
        let document = DocumentAttributes(attributes, of: resource)
        attributes = document.values
        // What was read from an installation has more than can be written.
        if item["id"] != nil {
            for attribute in resource.attributes where attribute.access == .readOnly {
                attributes[attribute.name] = nil
            }
        }
        let place = pointer + "/attributes"
        return document.issues.map { .init(pointer: place + $0.pointer, message: $0.message) }
            + (try await faults(resource, attributes, at: "")).map {
                .init(pointer: place + document.place($0.pointer), message: $0.message)
            }
    }

    private static let checked = [
        Resources.pipelines, Resources.pipelineSinks, Resources.dataMappings, Resources.dashboards, Resources.widgets,
    ]

    private func faults(
        _ resource: Resource,
        _ attributes: JSONObject,
        at pointer: String
    ) async throws -> [DashError.Issue] {
        var draft = ResourceDraft(creating: resource, id: .v7(), ResourceInput(attributes: attributes))
        draft.add(try await components.faults(resource, draft.row))
        return draft.issues.map { .init(pointer: pointer + $0.pointer, message: $0.message) }
    }
}
