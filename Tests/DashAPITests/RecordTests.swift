import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import HTTPTypes
import Testing

@testable import DashAPI

@Suite("Records, ledger and questions over REST")
struct RecordTests {
    private func with(
        _ count: Int,
        _ body: @escaping @Sendable (TestServer, TestAPI, Fixture) async throws -> Void
    ) async throws {
        let server = try await TestServer()
        try await server.run { api in
            let fixture = try await Fixture(server, try await Tenant(server))
            // Three batches, the later the younger.
            for part in 0..<3 {
                var records = RecordBytes()
                for index in 0..<count {
                    let text =
                        #"{"n":\#(part * count + index),"big":123456789012345678901234567890,"city":"\#(index % 2 == 0 ? "Ede" : "Ulm")"}"#
                    records.append(Array(text.utf8))
                }
                let time = server.clock.now - .seconds(60 * (3 - part))
                let batch = RecordBatch(
                    team: fixture.tenant.team,
                    pipeline: fixture.pipeline,
                    receivedAt: time,
                    records: records
                )
                let run = RunChange.minute(trigger: "webhook", startedAt: time, timings: [:])
                var commit = BatchCommit(batch: batch, persists: true, run: run)
                commit.ledger = ([.received: Int64(count)] as Ledger)
                let outcome = try await server.store.commits.commit([commit])
                guard case .saved? = outcome.first else {
                    Issue.record("not saved: \(outcome)")
                    return
                }
            }
            try await body(server, api, fixture)
        }
    }

    @Test("records come newest first, page by page, with their exact bytes")
    func pages() async throws {
        try await with(7) { _, api, fixture in
            var path = "/api/v1/pipelines/\(fixture.pipeline.text)/records?page[size]=4"
            var seen: [Int] = []
            var ids: Set<String> = []
            for _ in 0..<10 {
                let answer = try await api.get(path, as: fixture.tenant.read)
                #expect(answer.status == 200, "\(answer.text)")
                #expect(answer.text.isEmpty || answer.text.contains("123456789012345678901234567890"))
                if let row = answer.rows.first, let link = row["links"]?["self"]?.stringValue {
                    let alone = try await api.get(link, as: fixture.tenant.read)
                    #expect(alone.status == 200, "\(alone.text)")
                    #expect(alone.data == row)
                } else {
                    Issue.record("no record with an address")
                }
                for row in answer.rows {
                    #expect(row["type"] == "records")
                    let isNew = ids.insert(row["id"]?.stringValue ?? "").inserted
                    #expect(isNew)
                    #expect(row["attributes"]?["ingested_at"]?.stringValue.flatMap { Timestamp(text: $0) } != nil)
                    seen.append(row["attributes"]?["data"]?["n"]?.intValue ?? -1)
                }
                guard let next = answer.body["links"]?["next"]?.stringValue else { break }
                path = next
            }
            #expect(seen == Array((0..<21).reversed()))
            for nobody in [
                "x", "1", Base64URL.encode(Array("0:1".utf8)),
                Base64URL.encode(Array("\(Int64.max):\(Int64.max)".utf8)),
            ] {
                let path = "pipelines/\(fixture.pipeline.text)/records/\(nobody)"
                #expect(try await api.get(path, as: fixture.tenant.read).status == 404)
            }
            let bad = try await api.get(
                "pipelines/\(fixture.pipeline.text)/records?page[after]=xyz",
                as: fixture.tenant.read
            )
            #expect(bad.parameters == ["page[after]"])
            let unknown = try await api.get(
                "pipelines/\(fixture.pipeline.text)/records?sort=n",
                as: fixture.tenant.read
            )
            #expect(unknown.parameters == ["sort"])
        }
    }

    @Test("the ledger shows every count")
    func ledger() async throws {
        try await with(5) { _, api, fixture in
            let answer = try await api.get("pipelines/\(fixture.pipeline.text)/ledger", as: fixture.tenant.viewer)
            #expect(answer.attribute("received") == 15)
            #expect(answer.attribute("stored") == 15)
            #expect(answer.attribute("quarantined") == 0)
            #expect(answer.attribute("in_flight") == 0)
        }
    }

    @Test("questions are answered in plain JSON")
    func query() async throws {
        try await with(5) { server, api, fixture in
            let query: JSONValue = [
                "pipeline_id": .string(fixture.pipeline.text),
                "fields": [
                    ["path": "n", "as": "sum", "aggregate": "sum"], ["path": "n", "as": "count", "aggregate": "count"],
                ],
                "group_by": ["city"],
                "range": ["from": "2020-01-01T00:00:00Z", "to": "2030-01-01T00:00:00Z"],
            ]
            let answer = try await api.send(
                .post,
                "query",
                query,
                as: fixture.tenant.read,
                headers: [.contentType: "application/json"]
            )
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.headers[.contentType] == "application/json")
            #expect(answer.data["rows"]?.arrayValue?.count == 2)
            let columns = answer.data["columns"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
            #expect(Set(columns) == ["city", "sum", "count"])
            #expect(answer.body["meta"]?["from"]?.stringValue != nil)
        }
    }

    @Test(
        "bad questions are refused with the place",
        arguments: [
            ("{}", 422), ("[]", 422), ("{", 400), (#"{"pipeline_id":"x","fields":[]}"#, 422),
            (#"{"pipeline_id":"0190b7c0-0000-7000-8000-000000000000","fields":[{"path":"a"}]}"#, 404),
            (#"{"pipeline_id":"0190b7c0-0000-7000-8000-000000000000","fields":[{"path":"a"}],"colour":1}"#, 422),
        ]
    )
    func badQueries(raw: String, status: Int) async throws {
        try await with(1) { _, api, fixture in
            let answer = try await api.send(.post, "query", as: fixture.tenant.read, raw: raw)
            #expect(answer.status == status, "\(answer.text)")
            if status != 400 { #expect(!answer.pointers.isEmpty) }
        }
    }
}
