import DashJSON
import DashModel
import FoundationEssentials
import HTTPTypes
import Testing

@testable import DashAPI

/// What JSON:API 1.1 asks of a server beyond the shape of its documents.
@Suite("JSON:API 1.1 to the letter")
struct ConformanceToJSONAPITests {
    @Test("members that nobody knows, and those with an at sign, are ignored")
    func unknownMembers() async throws {
        try await Fixture.with { _, api, tenant, _ in
            let raw = #"""
                {"@context":"https://example.org","colour":1,"jsonapi":{"version":"9","x":1},
                 "data":{"type":"dashboards","colour":1,"@id":"x","lid":"a",
                  "attributes":{"name":"x","@type":"T","@name":1},
                  "relationships":{"@r":1,"team":{"data":{"type":"teams","id":"TEAM","@x":1,"colour":2},"colour":3}}}}
                """#
            let answer = try await api.send(
                .post,
                "dashboards",
                as: tenant.owner,
                raw: raw.replacing("TEAM", with: tenant.team.text)
            )
            #expect(answer.status == 201, "\(answer.text)")
            #expect(answer.attribute("name") == "x")
            let patch = #"""
                {"data":{"type":"dashboards","id":"ID","meta":{},"x:y":1,"attributes":{"name":"y","@name":1}}}
                """#
            let changed = try await api.send(
                .patch,
                "dashboards/\(answer.id)",
                as: tenant.owner,
                raw: patch.replacing("ID", with: answer.id)
            )
            #expect(changed.status == 200, "\(changed.text)")
            #expect(changed.attribute("name") == "y")
        }
    }

    @Test(
        "no attribute, no relationship is called type or id, and none has the name of another",
        arguments: Resources.exposed
    )
    func names(resource: Resource) {
        let shown = resource.attributes.filter { $0.access != .hidden }.map(\.documentName)
        let names = shown + resource.relationships.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(!names.contains("type") && !names.contains("id"))
        // What is taken on input must mean one attribute.
        for attribute in resource.attributes {
            #expect(resource.attribute(inDocuments: attribute.name) == attribute)
            #expect(resource.attribute(inDocuments: attribute.documentName) == attribute)
        }
    }

    @Test("the type of pipelines and widgets has a name of its own, and both are taken")
    func typeNames() async throws {
        try await Fixture.with { _, api, tenant, fixture in
            for name in ["type", "pipeline_type"] {
                var attributes = try await fixture.creation(of: "pipelines")["data"]?["attributes"]?.objectValue
                attributes?["type"] = nil
                attributes?[name] = "polling"
                let answer = try await api.create("pipelines", .object(attributes ?? [:]), as: tenant.member)
                #expect(answer.status == 201, "\(answer.text)")
                #expect(answer.attribute("pipeline_type") == "polling")
                #expect(answer.attribute("type").isNull)
                attributes?[name] = "sometimes"
                let wrong = try await api.create("pipelines", .object(attributes ?? [:]), as: tenant.member)
                #expect(wrong.status == 422)
                #expect(wrong.pointers == ["/data/attributes/\(name)"])
            }
            let board = ["dashboard": ("dashboards", fixture.dashboard.text)]
            let widget = try await api.create("widgets", ["widget_type": "text"], board, as: tenant.member)
            #expect(widget.status == 201, "\(widget.text)")
            let changed = try await api.update("widgets", widget.id, ["type": "gauge"], as: tenant.member)
            #expect(changed.attribute("widget_type") == "gauge")
            let both: JSONValue = ["type": "text", "widget_type": "gauge"]
            let torn = try await api.update("widgets", widget.id, both, as: tenant.member)
            #expect(torn.status == 422)
            #expect(torn.pointers == ["/data/attributes/widget_type"])
            for name in ["type", "widget_type"] {
                let path = "widgets?fields[widgets]=\(name)&sort=-\(name)&filter[\(name)]=gauge"
                let list = try await api.get(path, as: tenant.viewer)
                #expect(list.rows.map { $0["attributes"] } == [["widget_type": "gauge"]], "\(list.text)")
            }
        }
    }

    @Test(
        "every row can be sent back as it was read",
        arguments: Resources.exposed.filter { $0.offers(.update) }
    )
    func sentBack(resource: Resource) async throws {
        try await Fixture.with { _, api, tenant, fixture in
            let id = try await fixture.row(of: resource.name).text
            let many = resource.relationships.filter { $0.kind == .toMany }.map(\.name)
            for query in ["", many.isEmpty ? "" : "?include=" + many.joined(separator: ",")] {
                let read = try await api.get("\(resource.name)/\(id)\(query)", as: tenant.owner)
                #expect(read.status == 200, "\(read.text)")
                let back = try await api.send(
                    .patch,
                    "\(resource.name)/\(id)",
                    ["data": read.data],
                    as: tenant.owner
                )
                #expect(back.status == 200, "\(back.text)")
            }
            for attribute in resource.attributes where attribute.access == .readOnly {
                let value: JSONValue = attribute.type == .integer || attribute.type == .decimal ? 77 : "other"
                let refused = try await api.update(
                    resource.name,
                    id,
                    .object([attribute.name: value]),
                    as: tenant.owner
                )
                #expect(refused.status == 403, "\(attribute.name): \(refused.text)")
                #expect(refused.pointers == ["/data/attributes/\(attribute.documentName)"])
            }
        }
    }

    @Test("rows of a to-many relationship stay as they are")
    func toMany() async throws {
        try await Fixture.with { server, api, tenant, fixture in
            let pipeline = fixture.pipeline.text
            let sink = try await server.insert(
                Resources.pipelineSinks,
                ["pipeline_id": .string(pipeline), "sink_type": "webhook"]
            )
            func patch(_ ids: [UUID]) async throws -> Answer {
                let items = ids.map { id -> JSONValue in ["type": "pipeline_sinks", "id": .string(id.text)] }
                let data: JSONValue = [
                    "type": "pipelines", "id": .string(pipeline),
                    "relationships": ["pipeline_sinks": ["data": .array(items)]],
                ]
                return try await api.send(.patch, "pipelines/\(pipeline)", ["data": data], as: tenant.member)
            }
            #expect(try await patch([sink]).status == 200)
            for ids in [[], [sink, UUID.v7()], [UUID.v7()]] {
                let answer = try await patch(ids)
                #expect(answer.status == 403)
                #expect(answer.pointers == ["/data/relationships/pipeline_sinks"])
            }
        }
    }

    @Test("what the client has already is not sent again")
    func notModified() async throws {
        try await Fixture.with { server, api, tenant, fixture in
            let row = "pipelines/\(fixture.pipeline.text)"
            for path in [
                row, "pipelines", row + "/ledger", row + "/records", row + "/relationships/team", row + "/team",
            ] {
                let read = try await api.get(path, as: tenant.viewer)
                let tag = try #require(read.headers[.eTag])
                #expect(read.headers[.cacheControl] == "private, no-cache")
                for header in [tag, "W/" + tag, "\"x\", " + tag, "*"] {
                    let again = try await api.send(.get, path, as: tenant.viewer, headers: [.ifNoneMatch: header])
                    #expect(again.status == 304, "\(path) \(header)")
                    #expect(again.text.isEmpty)
                    #expect(again.headers[.eTag] == tag)
                    #expect(again.headers[.vary]?.contains("Accept") == true)
                }
                let other = try await api.send(.get, path, as: tenant.viewer, headers: [.ifNoneMatch: "\"x\""])
                #expect(other.status == 200)
            }
            // What Dash notes in a row changes the answer, and not the version that a writer has seen.
            let read = try await api.get(row, as: tenant.viewer)
            let tag = try #require(read.headers[.eTag])
            let versioned = try await api.send(
                .patch,
                row,
                TestAPI.document("pipelines", fixture.pipeline.text, ["retention_days": 3]),
                as: tenant.member,
                headers: [.ifMatch: tag]
            )
            #expect(versioned.status == 200, "\(versioned.text)")
            let changed = try await api.send(.get, row, as: tenant.viewer, headers: [.ifNoneMatch: tag])
            #expect(changed.status == 200)
            #expect(changed.headers[.eTag] == versioned.headers[.eTag])
        }
    }

    @Test("HEAD is GET without the body, OPTIONS says what there is")
    func methods() async throws {
        try await Fixture.with { _, api, tenant, fixture in
            let row = "pipelines/\(fixture.pipeline.text)"
            for path in [row, "pipelines?page[size]=1", row + "/records", row + "/nothing", "pipelines/x"] {
                let get = try await api.get(path, as: tenant.viewer)
                let head = try await api.send(.head, path, as: tenant.viewer)
                #expect(head.status == get.status)
                #expect(head.text.isEmpty)
                for name: HTTPField.Name in [.contentType, .contentLength, .eTag, .vary, .cacheControl] {
                    #expect(head.headers[name] == get.headers[name], "\(path) \(name)")
                }
                #expect(get.headers[.contentLength] == String(get.text.utf8.count))
            }
            #expect(try await api.send(.head, "pipelines").status == 401)
            func allow(_ path: String) async throws -> String? {
                let answer = try await api.send(.options, path)
                return answer.status == 204 ? answer.headers[.allow] : nil
            }
            #expect(try await allow("pipelines") == "GET, HEAD, OPTIONS, POST")
            #expect(try await allow(row) == "DELETE, GET, HEAD, OPTIONS, PATCH")
            #expect(try await allow(row + "/run") == "OPTIONS, POST")
            #expect(try await allow("query") == "OPTIONS, POST")
            #expect(try await allow(row + "/relationships/team") == "GET, HEAD, OPTIONS, PATCH")
            #expect(try await allow("nothing") == nil)
        }
    }

    @Test(
        "a cursor that this list did not give out is refused by its name",
        arguments: [
            #"["id",null]"#, #"["name,id",null,null]"#, #"["name,id","a",null]"#, #"["name,id",1,"x"]"#,
            #"["name,id"]"#,
            #"["name,id","\u0000","0190b7c0-0000-7000-8000-000000000000"]"#, "[]", "{}", "null", #"["id","x"]"#,
            #"["-name,-id","a","0190b7c0-0000-7000-8000-000000000000"]"#,
        ]
    )
    func cursors(text: String) async throws {
        try await Fixture.with { _, api, tenant, fixture in
            let cursor = Base64URL.encode(Array(text.utf8))
            let row = "pipelines/\(fixture.pipeline.text)"
            for path in ["pipelines?sort=name&", "pipelines?", row + "/pipeline_sinks?", row + "/relationships/runs?"] {
                for name in ["page[after]", "page[before]"] {
                    for value in [cursor, text.utf8.count > 4 ? "xyz" : "%FF", String(repeating: "A", count: 5_000)] {
                        let answer = try await api.get("\(path)\(name)=\(value)", as: tenant.viewer)
                        // A text with a zero is only refused where the database knows none such.
                        if answer.status == 200, text.contains("u0000") { continue }
                        #expect(answer.status == 400, "\(path)\(name)=\(value): \(answer.text)")
                        #expect(answer.parameters == [name])
                    }
                }
            }
            let records = try await api.get("\(row)/records?page[after]=\(cursor)", as: tenant.viewer)
            #expect(records.status == 400 && records.parameters == ["page[after]"])
            for edge in ["\(Int64.min):\(Int64.min)", "\(Int64.max):\(Int64.max)", "0:0"] {
                let cursor = Base64URL.encode(Array(edge.utf8))
                let answer = try await api.get("\(row)/records?page[after]=\(cursor)", as: tenant.viewer)
                #expect(answer.status == 200, "\(answer.text)")
            }
        }
    }
}
