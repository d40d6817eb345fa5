import DashJSON
import DashModel
import Testing

@testable import DashWeb

/// An attribute that a declaration gains is in the form by that alone.
@Suite("Declared fields") struct DeclaredFieldsTests {
    private static let resource = Resource(
        "things",
        singular: "thing",
        summary: "For this test.",
        scope: .column,
        attributes: [
            Attribute("name", .string),
            Attribute("note", .text, nullable: true),
            Attribute("size", .integer, default: 3, constraint: .range(1...9)),
            Attribute("origin", .enumeration(["here", "there"]), .createOnly, default: "here"),
            Attribute("secret_hash", .string, .hidden),
        ]
    )

    @Test("what a client may write and the page does not lay out is offered")
    func offers() {
        #expect(DeclaredFields(Self.resource, besides: ["name"], isNew: true).names == ["note", "size", "origin"])
        #expect(DeclaredFields(Self.resource, besides: ["name"], isNew: false).names == ["note", "size"])
    }

    @Test("an emptied field is nothing, or the default")
    func reads() {
        let fields = DeclaredFields(Self.resource, besides: ["name"], isNew: true)
        let empty = fields.read(FormData(urlEncoded: Array("note=&size=".utf8)))
        #expect(empty == ["note": nil, "size": 3, "origin": "here"])
        let filled = fields.read(FormData(urlEncoded: Array("note=a+b&size=7&origin=there&secret_hash=x".utf8)))
        #expect(filled == ["note": "a b", "size": 7, "origin": "there"])
    }
}
