import DashJSON
import DashModel
import FoundationEssentials
import HTTPTypes
import Testing

/// Two teams, thousands of random requests: neither ever sees or changes a row of the other.
@Suite("Two teams")
struct IsolationTests {
    @Test("never meet", arguments: [1, 2, 3, 4])
    func fuzz(seed: UInt64) async throws {
        let server = try await TestServer()
        try await server.run { api in
            let left = try await Fixture(server, try await Tenant(server))
            let right = try await Fixture(server, try await Tenant(server))
            var ids: [UUID: [String: [UUID]]] = [:]
            for fixture in [left, right] {
                for resource in Resources.exposed where resource.name != "teams" {
                    ids[fixture.tenant.team, default: [:]][resource.name] = [
                        try await fixture.row(of: resource.name), try await fixture.row(of: resource.name),
                    ]
                }
                ids[fixture.tenant.team]?["teams"] = [fixture.tenant.team]
            }
            var random = Generator(seed: seed)
            for _ in 0..<400 {
                let (mine, theirs) = Bool.random(using: &random) ? (left, right) : (right, left)
                let foreign = ids[theirs.tenant.team] ?? [:]
                let resource = try #require(Resources.exposed.randomElement(using: &random))
                let id = try #require(foreign[resource.name]?.randomElement(using: &random)).text
                let caller = [mine.tenant.owner, mine.tenant.manage].randomElement(using: &random) ?? .nobody
                let answer = try await ask(resource, id, mine, foreign, api, caller, &random)
                let shown = answer.data.text + (answer.body["included"]?.text ?? "")
                #expect(!shown.contains(theirs.tenant.team.text), "\(answer.text.prefix(200))")
                for (_, rows) in foreign {
                    // An id that the request named may be repeated in the refusal's place, never in data.
                    for row in rows where shown.contains(row.text) { Issue.record("shows \(row.text)") }
                }
            }
            for fixture in [left, right] {
                for (name, rows) in ids[fixture.tenant.team] ?? [:] {
                    let resource = try #require(Resources.named(name))
                    for id in rows {
                        let row = try #require(try await server.row(resource, id), "\(name) was deleted")
                        if resource.scope == .column { #expect(row.uuid("team_id") == fixture.tenant.team) }
                        #expect(row["name"] != "taken over")
                    }
                }
            }
        }
    }

    private func ask(
        _ resource: Resource,
        _ id: String,
        _ mine: Fixture,
        _ foreign: [String: [UUID]],
        _ api: TestAPI,
        _ caller: Caller,
        _ random: inout Generator
    ) async throws -> Answer {
        let name = resource.name
        let pipeline = foreign["pipelines"]?.first?.text ?? ""
        let dashboard = foreign["dashboards"]?.first?.text ?? ""
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return try await api.get("\(name)/\(id)", as: caller)
        case 1: return try await api.get("\(name)?page[size]=200", as: caller)
        case 2: return try await api.get("\(name)?filter[id]=\(id)", as: caller)
        case 3: return try await api.update(name, id, ["name": "taken over"], as: caller)
        case 4: return try await api.send(.delete, "\(name)/\(id)", as: caller)
        case 5:
            let link = try #require(resource.relationships.randomElement(using: &random))
            return try await api.get("\(name)/\(id)/relationships/\(link.name)", as: caller)
        case 6:
            let action = ["run", "pause", "resume", "preview", "share", "unshare", "redrive", "records", "ledger"]
            return try await api.send(
                .post,
                "\(name)/\(id)/\(action.randomElement(using: &random) ?? "")",
                [:],
                as: caller
            )
        case 7:
            let links = ["pipeline": ("pipelines", pipeline)]
            return try await api.create(
                "pipeline_sinks",
                ["sink_type": "webhook", "sink_config": [:]],
                links,
                as: caller
            )
        case 8:
            let query: JSONValue = ["pipeline_id": .string(pipeline), "fields": [["path": "a"]]]
            let links = ["dashboard": ("dashboards", Bool.random(using: &random) ? dashboard : mine.dashboard.text)]
            return try await api.create("widgets", ["type": "table", "data_query": query], links, as: caller)
        default:
            let query: JSONValue = ["pipeline_id": .string(pipeline), "fields": [["path": "a"]]]
            return try await api.send(.post, "query", query, as: caller)
        }
    }
}

/// SplitMix64: the same requests for the same seed.
struct Generator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
