import DashModel
import DashStorage
import Testing

@Suite("The plan of a copy")
struct CopyPlanTests {
    private static func table(_ name: String, _ columns: [String] = [], to references: Set<String> = []) -> CopyTable {
        CopyTable(
            name,
            columns: [CopyColumn("id", kind: .uuid)] + columns.map { CopyColumn($0, kind: .text) },
            key: ["id"],
            references: references
        )
    }

    @Test("those first that others refer to, a table that refers to itself among them")
    func order() throws {
        let tables = [
            Self.table("a", to: ["c"]), Self.table("b", to: ["a", "d"]), Self.table("c"),
            Self.table("d", to: ["d", "c"]),
        ]
        let names = try CopyPlan(from: tables, to: tables).steps.map(\.table)
        #expect(names == ["c", "a", "d", "b"])
    }

    @Test("foreign keys in a circle are told")
    func circle() {
        let tables = [Self.table("a", to: ["b"]), Self.table("b", to: ["a"])]
        #expect(throws: DashError.self) { try CopyPlan(from: tables, to: tables) }
    }

    @Test("a table or a column that one side lacks stops the copy by name")
    func misfits() throws {
        let error = #expect(throws: DashError.self) {
            try CopyPlan(
                from: [Self.table("a", ["x"]), Self.table("only_here")],
                to: [Self.table("a", ["y"]), Self.table("only_there")]
            )
        }
        for name in ["a.x", "a.y", "only_here", "only_there"] {
            #expect(error?.message.contains(name) == true, "\(name) is not named")
        }
    }

    @Test("what the target computes or may leave out is not needed; a sealed column is copied as it is")
    func columns() throws {
        let source = CopyTable(
            "pipelines",
            columns: [
                CopyColumn("id", kind: nil), CopyColumn("source_config", kind: nil),
                CopyColumn("size", kind: nil, isGenerated: true),
            ],
            key: ["id"]
        )
        let target = CopyTable(
            "pipelines",
            columns: [
                CopyColumn("id", kind: .uuid), CopyColumn("source_config", kind: .json),
                CopyColumn("note", kind: .text, isOptional: true),
                CopyColumn("size", kind: .double, isGenerated: true),
            ],
            key: ["id"]
        )
        let step = try #require(try CopyPlan(from: [source], to: [target]).steps.first)
        #expect(step.columns == [.init(name: "id", kind: .uuid), .init(name: "source_config", kind: .sealed)])
        #expect(step.key == [0])
    }
}
