import DashJSON
import DashModel
import DashStorage
import Testing

@Suite("Declarations")
struct ResourceVerifierTests {
    @Test("ours are sound")
    func ours() { #expect(ResourceVerifier().faults() == []) }

    @Test("each kind of slip is found")
    func slips() {
        let bad = Resource(
            "widgets_of",
            singular: "slip",
            summary: "",
            scope: .through(column: "owner_id", parent: "nobody"),
            attributes: [
                Attribute("Name", .string), Attribute("same", .integer, default: "x"), Attribute("same", .integer),
            ],
            relationships: [.toOne("other", "nowhere")],
            actions: [
                .read(.viewer), .read(.member),
                Action(
                    "act",
                    .member,
                    "",
                    parameters: [Attribute("twice", .boolean, default: 1), Attribute("twice", .boolean)]
                ),
            ],
            uniqueKeys: [["missing"]]
        )
        let faults = ResourceVerifier([bad]).faults()
        for word in [
            "Name", "same is declared twice", "same: the default", "nowhere", "missing", "owner_id", "two actions read",
            "two roles for read", "two parameters twice", "twice: the default",
        ] {
            #expect(faults.contains { $0.contains(word) }, "\(word) in \(faults)")
        }
    }
}
