import DashJSON
import DashModel
import DashPipeline
import DashStorage
import Foundation
import Testing

@testable import DashAPI

@Suite("The reference")
struct ReferenceTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../docs/reference"
    )

    @Test("is committed as it is written", arguments: Reference.pages)
    func committed(page: Reference.Page) throws {
        let path = Self.folder.appending(path: page.name).standardized.path
        let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
        #expect(text == page.text, "\(page.name) differs: run dashd reference docs/reference")
    }

    @Test("has every action, view, parameter and attribute that clients see")
    func whole() {
        for resource in Resources.exposed {
            for action in resource.actions where !action.isUsual {
                #expect(Reference.actions.contains("\(resource.name)/{id}/\(action.name)\n\n\(action.summary)\n"))
                for parameter in action.parameters { #expect(Reference.actions.contains("| `\(parameter.name)` |")) }
            }
            for view in resource.views { #expect(Reference.actions.contains("/\(view.path)\n\n\(view.summary)\n")) }
            for attribute in resource.attributes where attribute.access != .hidden {
                #expect(Reference.resources.contains("| `\(attribute.documentName)` |"))
            }
        }
    }

    @Test("names what the engine takes")
    func choices() {
        func choices(_ attributes: [Attribute], _ name: String) -> AttributeType? {
            attributes.first { $0.name == name }?.type
        }
        let preview = Resources.pipelines.action(.custom("preview"))?.parameters ?? []
        #expect(choices(preview, "from") == .enumeration(PreviewOrigin.allCases.map(\.rawValue)))
        let formats = AttributeType.enumeration(UploadFormat.allCases.map(\.rawValue))
        #expect(choices(ResourceView.upload.parameters, "format") == formats)
        let records = Resources.pipelines.action(.custom("replay"))?.parameters.first { $0.name == "records" }
        #expect(records?.constraint == .ids(QuarantineFilter.namedLimit))
    }

    @Test("says of a question what questions are made of")
    func query() {
        var query = DataQuery(
            pipeline: .v7(),
            fields: [.init(path: "a")],
            filters: [.init(path: "a", op: .eq, value: 1)]
        )
        query.groupBy = ["a"]
        query.bucket = .auto
        query.groupLimit = 1
        #expect(Set(query.json.objectValue?.keys ?? []) == Set(ResourceView.query.parameters.map(\.name)))
    }
}
