import DashJSON
import DashModel
import FoundationEssentials
import HTTPTypes
import Testing

@testable import DashAPI

@Suite("Filters, order, pages, includes, fields")
struct QueryParameterTests {
    private func with(_ body: @escaping @Sendable (TestServer, TestAPI, Tenant) async throws -> Void) async throws {
        let server = try await TestServer()
        try await server.run { api in try await body(server, api, try await Tenant(server)) }
    }

    private func names(_ answer: Answer) -> [String] {
        answer.rows.compactMap { $0["attributes"]?["name"]?.stringValue }
    }

    private func makePipelines(_ server: TestServer, _ tenant: Tenant) async throws {
        for (index, name) in ["Alpha", "Beta", "Gamma", "Delta", "Epsilon"].enumerated() {
            try await server.insert(
                Resources.pipelines,
                [
                    "team_id": .string(tenant.team.text), "name": .string(name), "source_type": "http",
                    "type": index % 2 == 0 ? "polling" : "realtime", "source_config": ["url": "https://example.org"],
                    "retention_days": index < 3 ? .number(JSONNumber(index + 1)) : .null,
                    "persist_data": .bool(index != 4),
                ]
            )
        }
    }

    @Test("filters compare by type")
    func filters() async throws {
        try await with { server, api, tenant in
            try await makePipelines(server, tenant)
            func found(_ query: String) async throws -> [String] {
                names(try await api.get("pipelines?sort=name&\(query)", as: tenant.viewer))
            }
            #expect(try await found("filter[name]=Beta") == ["Beta"])
            #expect(try await found("filter%5Bname%5D=Beta") == ["Beta"])
            #expect(try await found("filter[name][ne]=Beta") == ["Alpha", "Delta", "Epsilon", "Gamma"])
            #expect(try await found("filter[name][in]=Beta,Alpha,Zeta") == ["Alpha", "Beta"])
            #expect(try await found("filter[type]=realtime") == ["Beta", "Delta"])
            #expect(try await found("filter[pipeline_type]=realtime") == ["Beta", "Delta"])
            #expect(try await found("filter[retention_days][gt]=1") == ["Beta", "Gamma"])
            #expect(try await found("filter[retention_days][le]=2") == ["Alpha", "Beta"])
            #expect(try await found("filter[retention_days][null]=true") == ["Delta", "Epsilon"])
            #expect(try await found("filter[persist_data]=false") == ["Epsilon"])
            #expect(try await found("filter[team]=\(tenant.team.text)").count == 5)
            #expect(try await found("filter[team_id]=\(UUID.v7().text)") == [])
            #expect(try await found("filter[name][ge]=D&filter[name][lt]=F") == ["Delta", "Epsilon"])
            #expect(try await found("filter[inserted_at][gt]=2000-01-01").count == 5)
        }
    }

    @Test(
        "bad parameters are refused by their name",
        arguments: [
            "filter[source_config]=x", "filter[nothing]=x", "filter[id]=x", "filter[retention_days]=many",
            "filter[persist_data]=yes", "filter[type]=other", "filter[pipeline_type]=other", "filter[widget_type]=text",
            "filter[name]=%00", "filter[name][like]=%00", "filter[name][near]=x", "filter[inserted_at]=soon",
            "filter[name][null]=maybe", "filter[retention_days][like]=1", "filter[name=x", "filter=x",
            "filter[a][b][c]=x",
            "sort=nothing", "sort=source_config", "sort=name,,type", "page[size]=0", "page[size]=201", "page[size]=x",
            "page[after]=", "page[before]=", "page[number]=2", "page=2", "include=nothing",
            "include=runs.pipeline.team",
            "include=team.users",
            "fields[pipelines]=nothing", "fields[nothing]=name", "fields[sessions]=csrf_token", "fields=name",
            "colour=red",
            "Sort=name", "page[after]=%zz",
        ]
    )
    func refuses(query: String) async throws {
        try await with { _, api, tenant in
            let answer = try await api.get("pipelines?\(query)", as: tenant.viewer)
            #expect(answer.status == 400, "\(answer.text)")
            #expect(answer.parameters == [String(query.prefix { $0 != "=" })])
        }
    }

    @Test("the same parameter twice is refused")
    func twice() async throws {
        try await with { _, api, tenant in
            let answer = try await api.get("pipelines?sort=name&sort=type", as: tenant.viewer)
            #expect(answer.parameters == ["sort"])
        }
    }

    @Test("pages follow each other without gap or overlap")
    func pages() async throws {
        try await with { server, api, tenant in
            try await makePipelines(server, tenant)
            var path = "/api/v1/pipelines?page[size]=2&sort=-name&fields[pipelines]=name"
            var seen: [String] = []
            for _ in 0..<5 {
                let answer = try await api.get(path, as: tenant.viewer)
                #expect(answer.status == 200, "\(answer.text)")
                #expect(answer.rows.count <= 2)
                seen += names(answer)
                #expect(answer.body["links"]?["self"]?.stringValue == path)
                #expect(answer.body["links"]?["first"]?.stringValue?.contains("after") == false)
                guard let next = answer.body["links"]?["next"]?.stringValue else { break }
                path = next
            }
            #expect(seen == ["Gamma", "Epsilon", "Delta", "Beta", "Alpha"])
            var back: [[String]] = []
            for _ in 0..<5 {
                let answer = try await api.get(path, as: tenant.viewer)
                back.append(names(answer))
                guard let prev = answer.body["links"]?["prev"]?.stringValue else { break }
                path = prev
            }
            #expect(back == [["Alpha"], ["Delta", "Beta"], ["Gamma", "Epsilon"]])
            #expect(try await api.get(path, as: tenant.viewer).body["links"]?["next"] != nil)
            let both = try await api.get("pipelines?page[after]=a&page[before]=b", as: tenant.viewer)
            #expect(both.status == 400 && both.parameters == ["page[before]"])
        }
    }

    @Test("only the wanted fields are sent")
    func fields() async throws {
        try await with { server, api, tenant in
            try await makePipelines(server, tenant)
            let answer = try await api.get("pipelines?fields[pipelines]=name,team", as: tenant.viewer)
            let row = try #require(answer.rows.first)
            #expect(row["attributes"]?.objectValue?.keys == ["name"])
            #expect(row["relationships"]?.objectValue?.keys == ["team"])
            let none = try await api.get("pipelines?fields[pipelines]=", as: tenant.viewer)
            #expect(none.rows.first?["attributes"]?.objectValue?.isEmpty == true)
            #expect(none.rows.first?["relationships"] == nil)
        }
    }

    @Test("related rows come along once each")
    func include() async throws {
        try await with { server, api, tenant in
            let fixture = try await Fixture(server, tenant)
            let pipeline = JSONValue.string(fixture.pipeline.text)
            for _ in 0..<2 {
                try await server.insert(Resources.pipelineSinks, ["pipeline_id": pipeline, "sink_type": "webhook"])
            }
            _ = try await fixture.row(of: "runs")
            let path = "pipelines/\(fixture.pipeline.text)?include=pipeline_sinks.pipeline,runs,team"
            let answer = try await api.get(path, as: tenant.viewer)
            #expect(answer.status == 200, "\(answer.text)")
            let included = answer.body["included"]?.arrayValue ?? []
            let types = included.compactMap { $0["type"]?.stringValue }.sorted()
            #expect(types == ["pipeline_sinks", "pipeline_sinks", "runs", "teams"])
            let linkage = answer.data["relationships"]?["pipeline_sinks"]?["data"]?.arrayValue ?? []
            #expect(linkage.count == 2)
            #expect(answer.data["relationships"]?["data_mappings"]?["data"] == nil)
            let bare = try await api.get("pipelines/\(fixture.pipeline.text)?include=data_mappings", as: tenant.viewer)
            #expect(bare.body["included"] == [])
            #expect(try await api.get("pipelines?include=", as: tenant.viewer).body["included"] == [])
            #expect(try await api.get("pipelines", as: tenant.viewer).body["included"] == nil)
            let list = try await api.get("runs?include=pipeline&fields[pipelines]=name", as: tenant.viewer)
            #expect(list.body["included"]?.arrayValue?.count == 1)
        }
    }

    @Test("members show the people behind them, and only theirs")
    func people() async throws {
        try await with { server, api, tenant in
            let foreign = try await Tenant(server)
            let answer = try await api.get("memberships?include=user", as: tenant.viewer)
            #expect(answer.status == 200, "\(answer.text)")
            let people = answer.body["included"]?.arrayValue ?? []
            #expect(people.count == 4)
            #expect(people.allSatisfy { $0["type"] == "users" && $0["attributes"]?["email"]?.stringValue != nil })
            #expect(!answer.text.contains("hashed_password"))
            #expect(!answer.text.contains(foreign.team.text))
        }
    }

    @Test("what may not be read may not be included either")
    func includePolicy() async throws {
        let viewer = Principal.user(.v7(), team: .v7(), role: .viewer)
        #expect(throws: RESTError.self) {
            try RelatedTree("user", from: Resources.sessions, for: .token(.v7(), team: .v7(), scopes: [.ingestAll]))
        }
        #expect(try RelatedTree("user", from: Resources.memberships, for: viewer).branches.count == 1)
    }

    @Test("relationships have addresses of their own")
    func relationships() async throws {
        try await with { server, api, tenant in
            let fixture = try await Fixture(server, tenant)
            let base = "pipelines/\(fixture.pipeline.text)"
            let sink = try await server.insert(
                Resources.pipelineSinks,
                ["pipeline_id": .string(fixture.pipeline.text), "sink_type": "webhook"]
            )
            let many = try await api.get("\(base)/relationships/pipeline_sinks", as: tenant.viewer)
            #expect(many.rows == [["type": "pipeline_sinks", "id": .string(sink.text)]])
            let related = try await api.get("\(base)/pipeline_sinks?include=pipeline", as: tenant.viewer)
            #expect(related.rows.count == 1)
            #expect(related.body["included"]?.arrayValue?.count == 1)
            let one = try await api.get("\(base)/relationships/team", as: tenant.viewer)
            #expect(one.data == ["type": "teams", "id": .string(tenant.team.text)])
            let team = try await api.get("\(base)/team", as: tenant.viewer)
            #expect(team.id == tenant.team.text)
            let delivery = try await fixture.row(of: "deliveries")
            let none = try await api.get("deliveries/\(delivery.text)/downstream", as: tenant.viewer)
            #expect(none.status == 200)
            #expect(none.data.isNull)
            #expect(try await api.get("\(base)/relationships/nothing", as: tenant.viewer).status == 404)
            #expect(try await api.send(.patch, "\(base)/relationships/team", [:], as: tenant.owner).status == 403)
            #expect(try await api.send(.post, "\(base)/relationships/team", [:], as: tenant.owner).status == 405)
            for method: HTTPRequest.Method in [.patch, .post, .delete] {
                let path = "\(base)/relationships/pipeline_sinks"
                #expect(try await api.send(method, path, ["data": []], as: tenant.owner).status == 403)
                let nobody = "pipelines/\(UUID.v7().text)/relationships/pipeline_sinks"
                #expect(try await api.send(method, nobody, ["data": []], as: tenant.owner).status == 404)
            }
        }
    }
}
